package main

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A source holds the files of the static layout: a folder, a zip, or a registry that serves them.
type source interface {
	read(name string) ([]byte, error)
}

// openSource returns the source at a path or a URL.
func openSource(where string) (source, error) {
	if address, err := url.Parse(where); err == nil && address.Scheme == "http" {
		return server{address}, nil
	}
	if info, err := os.Stat(where); err != nil || info.IsDir() {
		return folder(where), err
	}
	archive, err := zip.OpenReader(where)
	if err != nil {
		return nil, err
	}
	return archived{archive}, nil
}

type folder string

func (from folder) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(from), filepath.FromSlash(name)))
}

type archived struct{ *zip.ReadCloser }

func (from archived) read(name string) ([]byte, error) {
	file, err := from.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// A server speaks HTTP. One request a connection (HTTP/1.0) needs no library, which would take a minute to build.
type server struct{ base *url.URL }

func (from server) read(name string) ([]byte, error) {
	connection, err := net.Dial("tcp", from.base.Host)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	path := strings.TrimSuffix(from.base.Path, "/") + "/" + name
	fmt.Fprintf(connection, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, from.base.Host)
	answer := bufio.NewReader(connection)
	status, err := answer.ReadString('\n')
	if err != nil {
		return nil, err
	}
	if words := strings.Fields(status); len(words) < 2 || words[1] != "200" {
		return nil, fmt.Errorf("%s: %s", name, strings.TrimSpace(status))
	}
	for line := status; line != "\r\n"; {
		if line, err = answer.ReadString('\n'); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(answer)
}

// path is where a tile stands. tlog's own path also has the height, and other words for entry bundles.
func path(tile tlog.Tile) string {
	return strings.NewReplacer("tile/8/data/", "tile/entries/", "tile/8/", "tile/").Replace(tile.Path())
}

// tiles makes a source the tlog.TileReader that tlog.TileHashReader authenticates.
type tiles struct{ source }

func (tiles) Height() int                                { return tileHeight }
func (tiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (from tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		octets, err := from.read(path(tile))
		if err != nil {
			return nil, err
		}
		data[i] = octets
	}
	return data, nil
}

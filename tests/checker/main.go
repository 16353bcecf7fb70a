// Checker checks a log of the registry with code that is not the registry's: golang.org/x/mod/sumdb.
//
// Usage: checker VKEY LOG [PROOF...]
//
// LOG is a folder with the static layout: an unpacked export, or what was fetched from a registry. The
// checkpoint must be signed by the key. Every tile must be part of the signed tree, every entry must have
// the hash its tile holds, and the entries alone must add up to the signed root. Each PROOF is a tlog-proof
// file of an entry of this log.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight, tileWidth = 8, 256

// A folder holds the files of the static layout.
type folder string

func (from folder) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(from), filepath.FromSlash(name)))
}

// path is where a tile stands. tlog's own path also has the height, and other words for entry bundles.
func path(tile tlog.Tile) string {
	return strings.NewReplacer("tile/8/data/", "tile/entries/", "tile/8/", "tile/").Replace(tile.Path())
}

// tiles makes a folder the tlog.TileReader that tlog.TileHashReader authenticates.
type tiles struct{ folder }

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

// openCheckpoint returns the tree that a signed checkpoint is about.
func openCheckpoint(octets []byte, key note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(octets, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		return tlog.Tree{}, errors.New("checkpoint: not three lines about this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// readBundle returns the entries from index first to the end of their bundle.
func readBundle(from folder, first, size int64) ([][]byte, error) {
	width := min(tileWidth, size-first)
	data, err := from.read(path(tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: int(width)}))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		entries, data = append(entries, data[2:2+length]), data[2+length:]
	}
	if int64(len(entries)) != width || len(data) != 0 {
		return nil, fmt.Errorf("bundle of entry %d: not %d entries", first, width)
	}
	return entries, nil
}

// checkEntries compares every entry with its tile and their sum with the signed root.
func checkEntries(from folder, tree tlog.Tree) error {
	var stored []tlog.Hash
	counted := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	authenticated := tlog.TileHashReader(tree, tiles{from})
	for first := int64(0); first < tree.N; first += tileWidth {
		entries, err := readBundle(from, first, tree.N)
		if err != nil {
			return err
		}
		indexes := make([]int64, len(entries))
		for i := range entries {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		hashes, err := authenticated.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			index := first + int64(i)
			if tlog.RecordHash(entry) != hashes[i] {
				return fmt.Errorf("entry %d is not what its tile holds", index)
			}
			more, err := tlog.StoredHashes(index, entry, counted)
			if err != nil {
				return err
			}
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, counted)
	if err == nil && root != tree.Hash {
		err = errors.New("the entries do not add up to the signed root")
	}
	return err
}

// checkProof checks that a proof file proves the entry of this log that it names.
func checkProof(from folder, key note.Verifier, size int64, octets []byte) error {
	head, checkpoint, _ := strings.Cut(string(octets), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a proof")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil || index < 0 || index >= size {
		return errors.New("no entry of this log")
	}
	var hashes tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	tree, err := openCheckpoint([]byte(checkpoint), key)
	if err != nil {
		return err
	}
	entries, err := readBundle(from, index-index%tileWidth, size)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entries[index%tileWidth]))
}

func run(vkey string, from folder, proofs []string) (int64, error) {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return 0, err
	}
	octets, err := from.read("checkpoint")
	if err != nil {
		return 0, err
	}
	tree, err := openCheckpoint(octets, key)
	if err != nil {
		return 0, err
	}
	if err := checkEntries(from, tree); err != nil {
		return 0, err
	}
	for _, name := range proofs {
		octets, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		if err := checkProof(from, key, tree.N, octets); err != nil {
			return 0, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	return tree.N, nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: checker VKEY LOG [PROOF...]")
		os.Exit(2)
	}
	size, err := run(os.Args[1], folder(os.Args[2]), os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("OK %d entries\n", size)
}

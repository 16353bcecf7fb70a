// Checker checks a log of the registry with code that is not the registry's: golang.org/x/mod/sumdb.
//
// Usage: checker [-policy FILE] [-old FILE]... VKEY LOG [PROOF...]
//
// LOG is a folder or a zip with the static layout, or the address of a registry's log, http://HOST:PORT/log.
// The checkpoint must be signed by the key and cosigned by the witnesses that the policy asks for. Every tile
// must be part of the signed tree, every entry must have the hash its tile holds, and the entries alone must
// add up to the signed root. The tree must continue that of each older checkpoint. Each PROOF is a tlog-proof
// of an entry of this log: a file, or proof/INDEX as LOG serves it.
package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight, tileWidth = 8, 256

// readBundle returns the entries from index first to the end of their bundle.
func readBundle(from source, first, size int64) ([][]byte, error) {
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
func checkEntries(from source, tree tlog.Tree) error {
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

// checkOlder checks that a tree continues that of an older checkpoint, by a proof made from its tiles.
func checkOlder(from source, key note.Verifier, tree tlog.Tree, octets []byte) error {
	old, err := openCheckpoint(octets, key)
	if err != nil || old.N == 0 {
		return err
	}
	if old.N > tree.N {
		return fmt.Errorf("the older checkpoint signs %d entries, this log has %d", old.N, tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, old.N, tlog.TileHashReader(tree, tiles{from}))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// checkProof checks that a proof proves the entry of this log that it names.
func checkProof(from source, key note.Verifier, rules policy, size int64, octets []byte) error {
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
	if err := rules.check([]byte(checkpoint)); err != nil {
		return err
	}
	entries, err := readBundle(from, index-index%tileWidth, size)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entries[index%tileWidth]))
}

// readProof reads a proof that the log serves itself, or a file.
func readProof(from source, name string) ([]byte, error) {
	if strings.HasPrefix(name, "proof/") {
		return from.read(name)
	}
	return os.ReadFile(name)
}

func run(vkey, where string, rules policy, older, proofs []string) (int64, error) {
	key, err := parseKey(vkey)
	if err != nil {
		return 0, err
	}
	from, err := openSource(where)
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
	if err := rules.check(octets); err != nil {
		return 0, err
	}
	if err := checkEntries(from, tree); err != nil {
		return 0, err
	}
	for _, name := range older {
		octets, err := os.ReadFile(name)
		if err == nil {
			err = checkOlder(from, key, tree, octets)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range proofs {
		octets, err := readProof(from, name)
		if err == nil {
			err = checkProof(from, key, rules, tree.N, octets)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	return tree.N, nil
}

func main() {
	rules, older := policy{quorum: "none"}, []string{}
	flag.Func("policy", "the witnesses to ask for (tlog-policy)", func(name string) error {
		octets, err := os.ReadFile(name)
		if err == nil {
			rules, err = parsePolicy(string(octets))
		}
		return err
	})
	flag.Func("old", "a checkpoint kept from before", func(name string) error {
		older = append(older, name)
		return nil
	})
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "usage: checker [-policy FILE] [-old FILE]... VKEY LOG [PROOF...]")
		os.Exit(2)
	}
	size, err := run(flag.Arg(0), flag.Arg(1), rules, older, flag.Args()[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("OK %d entries\n", size)
}

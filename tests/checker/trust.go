package main

import (
	"crypto/ed25519"
	"crypto/mldsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const ed25519Key, cosignatureKey, mldsaKey = 0x01, 0x04, 0x06

// A key verifies lines of the kinds that sumdb/note does not know (c2sp.org/tlog-cosignature).
type key struct {
	name   string
	kind   byte
	public []byte
	hash   uint32
}

func (k key) Name() string    { return k.name }
func (k key) KeyHash() uint32 { return k.hash }

// Verify checks a signature that begins with its time over the text of a checkpoint.
func (k key) Verify(text, signature []byte) bool {
	if len(signature) < 8 {
		return false
	}
	time, signature := binary.BigEndian.Uint64(signature), signature[8:]
	if k.kind == cosignatureKey {
		signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
		return ed25519.Verify(k.public, []byte(signed), signature)
	}
	origin, tree, err := parseCheckpoint(string(text))
	if err != nil {
		return false
	}
	signed := append([]byte("subtree/v1\n\x00"), byte(len(k.name)))
	signed = binary.BigEndian.AppendUint64(append(signed, k.name...), time)
	signed = append(append(signed, byte(len(origin))), origin...)
	signed = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(signed, 0), uint64(tree.N))
	public, err := mldsa.NewPublicKey(mldsa.MLDSA44(), k.public)
	return err == nil && mldsa.Verify(public, append(signed, tree.Hash[:]...), signature, nil) == nil
}

// parseKey returns the verifier of a vkey of any kind known here.
func parseKey(vkey string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, encoded, _ := strings.Cut(rest, "+")
	octets, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(octets) < 33 {
		return nil, fmt.Errorf("not a key: %s", vkey)
	}
	if octets[0] == ed25519Key {
		return note.NewVerifier(vkey)
	}
	digest := sha256.Sum256(append([]byte(name+"\n"), octets...))
	hash := binary.BigEndian.Uint32(digest[:])
	lengths := map[byte]int{cosignatureKey: ed25519.PublicKeySize, mldsaKey: mldsa.MLDSA44().PublicKeySize()}
	if fmt.Sprintf("%08x", hash) != id || lengths[octets[0]] != len(octets)-1 {
		return nil, fmt.Errorf("not a key: %s", vkey)
	}
	return key{name, octets[0], octets[1:], hash}, nil
}

// A policy says which witnesses make a quorum (c2sp.org/tlog-policy).
type policy struct {
	witnesses map[string]note.Verifier
	groups    []group
	quorum    string
}

type group struct {
	name      string
	threshold int
	members   []string
}

func parsePolicy(text string) (policy, error) {
	read := policy{witnesses: map[string]note.Verifier{}}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		var err error
		switch {
		case len(words) == 0 || words[0][0] == '#' || words[0] == "log":
		case words[0] == "witness" && len(words) > 2:
			read.witnesses[words[1]], err = parseKey(words[2])
		case words[0] == "group" && len(words) > 3:
			number := strings.NewReplacer("any", "1", "all", strconv.Itoa(len(words)-3)).Replace(words[2])
			var threshold int
			threshold, err = strconv.Atoi(number)
			read.groups = append(read.groups, group{words[1], threshold, words[3:]})
		case words[0] == "quorum" && len(words) == 2:
			read.quorum = words[1]
		default:
			err = fmt.Errorf("policy: not understood: %s", line)
		}
		if err != nil {
			return read, err
		}
	}
	if read.quorum == "" {
		return read, errors.New("policy: no quorum")
	}
	return read, nil
}

// check checks that the witnesses of a checkpoint make the quorum.
func (p policy) check(octets []byte) error {
	met := map[string]bool{"none": true}
	for name, witness := range p.witnesses {
		opened, err := note.Open(octets, note.VerifierList(witness))
		var unverified *note.UnverifiedNoteError
		if err != nil && !errors.As(err, &unverified) {
			return fmt.Errorf("witness %s: %w", name, err)
		}
		met[name] = err == nil && len(opened.Sigs) > 0
	}
	for _, group := range p.groups {
		count := 0
		for _, member := range group.members {
			if met[member] {
				count++
			}
		}
		met[group.name] = count >= group.threshold
	}
	if !met[p.quorum] {
		return fmt.Errorf("checkpoint: not witnessed as %s asks", p.quorum)
	}
	return nil
}

// parseCheckpoint returns the origin and the tree that a checkpoint's text is about.
func parseCheckpoint(text string) (string, tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return "", tlog.Tree{}, errors.New("checkpoint: not three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return "", tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	root, err := tlog.ParseHash(lines[2])
	return lines[0], tlog.Tree{N: size, Hash: root}, err
}

// openCheckpoint returns the tree that a signed checkpoint is about.
func openCheckpoint(octets []byte, key note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(octets, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	origin, tree, err := parseCheckpoint(opened.Text)
	if err == nil && origin != key.Name() {
		err = errors.New("checkpoint: of another log")
	}
	return tree, err
}

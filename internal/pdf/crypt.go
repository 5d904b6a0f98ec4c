package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // the format's own
	"crypto/rc4" //nolint:gosec // the format's own
	"crypto/sha256"
	"crypto/sha512"
	"errors"
)

// What Open returns for a file that is locked.
var (
	ErrNoPassword    = errors.New("No password given")  //nolint:staticcheck // pdf.js's text
	ErrWrongPassword = errors.New("Incorrect Password") //nolint:staticcheck // pdf.js's text
)

// padding fills passwords up.
var padding = []byte("\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a")

// lock decodes a locked file.
type lock struct {
	key []byte
	// strings and streams are how these are locked: "V2" (RC4), "AESV2", "AESV3" or "" (not at all).
	strings, streams Name
	metadata         bool // whether the metadata are locked too
}

// newLock finds the key by the password, with an empty one too.
func (d *Document) newLock(e *Dict, id Bytes, password string) (*lock, error) {
	version, _ := integer(d.get(e, "V"))
	revision, _ := integer(d.get(e, "R"))
	if filter, _ := d.get(e, "Filter").(Name); filter != "Standard" {
		return nil, errors.New("unknown encryption method")
	}
	if version != 1 && version != 2 && version != 4 && version != 5 {
		return nil, errors.New("unsupported encryption algorithm")
	}
	l := &lock{strings: "V2", streams: "V2", metadata: true}
	methods, _ := d.get(e, "CF").(*Dict)
	length, _ := integer(d.get(e, "Length"))
	if version >= 4 {
		method := func(key Name) (Name, *Dict) {
			name, _ := d.get(e, key).(Name)
			m, _ := d.get(methods, name).(*Dict)
			kind, _ := d.get(m, "CFM").(Name)
			if kind == "None" {
				kind = ""
			}
			return kind, m
		}
		var m *Dict
		l.strings, _ = method("StrF")
		l.streams, m = method("StmF")
		if length == 0 {
			if length, _ = integer(d.get(m, "Length")); length == 0 {
				length = 128
			} else if length < 40 {
				length *= 8
			}
		}
		l.metadata = d.get(e, "EncryptMetadata") != false
	} else if length == 0 {
		length = 40
	}
	if length < 40 || length%8 != 0 || length > 256 {
		return nil, errors.New("invalid key length")
	}
	text := func(key Name) []byte {
		b, _ := d.get(e, key).(Bytes)
		return []byte(b)
	}
	owner, user := text("O"), text("U")
	permissions, _ := d.get(e, "P").(float64)
	size := min(length/8, 16)
	if version == 5 {
		if len(owner) < 48 || len(user) < 48 {
			return nil, errors.New("the keys of the locked PDF are damaged")
		}
		l.key = modernKey([]byte(password)[:min(len(password), 127)], owner[:48], user[:48], text("OE"), text("UE"), revision)
	} else {
		if len(owner) < 32 || len(user) < 16 {
			return nil, errors.New("the keys of the locked PDF are damaged")
		}
		old := oldKeys{owner[:32], user, []byte(id), uint32(int64(permissions)), revision, size, l.metadata}
		if l.key = old.user([]byte(password)); l.key == nil && password != "" {
			l.key = old.user(old.owner([]byte(password)))
		}
		if version == 4 && l.key != nil && len(l.key) < 16 {
			l.key = append(l.key, make([]byte, 16-len(l.key))...)
		}
	}
	switch {
	case l.key != nil:
		return l, nil
	case password == "":
		return nil, ErrNoPassword
	}
	return nil, ErrWrongPassword
}

// oldKeys is what keys of up to 128 bits are made of.
type oldKeys struct {
	ownerEntry, userEntry, id []byte
	permissions               uint32
	revision, size            int
	metadata                  bool
}

func (o oldKeys) user(password []byte) []byte {
	h := md5.New() //nolint:gosec // the format's own
	h.Write(append(bytes.Clone(password[:min(len(password), 32)]), padding...)[:32])
	h.Write(o.ownerEntry)
	p := o.permissions
	h.Write([]byte{byte(p), byte(p >> 8), byte(p >> 16), byte(p >> 24)})
	h.Write(o.id)
	if o.revision >= 4 && !o.metadata {
		h.Write([]byte{255, 255, 255, 255})
	}
	key := h.Sum(nil)
	if o.revision >= 3 {
		for range 50 {
			sum := md5.Sum(key[:o.size]) //nolint:gosec // the format's own
			key = sum[:]
		}
	}
	key = key[:o.size]
	check := bytes.Clone(padding)
	if o.revision >= 3 {
		sum := md5.Sum(append(check, o.id...)) //nolint:gosec // the format's own
		check = sum[:]
		for i := range 20 {
			check = rc4ed(check, turned(key, byte(i)))
		}
	} else {
		check = rc4ed(check, key)
	}
	if !bytes.Equal(check, o.userEntry[:min(len(check), len(o.userEntry))]) {
		return nil
	}
	return key
}

// owner is the user's password that the owner's opens.
func (o oldKeys) owner(password []byte) []byte {
	sum := md5.Sum(append(bytes.Clone(password[:min(len(password), 32)]), padding...)[:32]) //nolint:gosec // the format's own
	if o.revision >= 3 {
		for range 50 {
			sum = md5.Sum(sum[:]) //nolint:gosec // the format's own
		}
	}
	key := sum[:o.size]
	if o.revision < 3 {
		return rc4ed(o.ownerEntry, key)
	}
	out := o.ownerEntry
	for i := 19; i >= 0; i-- {
		out = rc4ed(out, turned(key, byte(i)))
	}
	return out
}

func turned(key []byte, by byte) []byte {
	out := bytes.Clone(key)
	for i := range out {
		out[i] ^= by
	}
	return out
}

func rc4ed(data, key []byte) []byte {
	c, err := rc4.NewCipher(key) //nolint:gosec // the format's own
	if err != nil {
		return data
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}

// modernKey is the key of 256 bits; nil if the password does not fit.
func modernKey(password, owner, user, ownerKey, userKey []byte, revision int) []byte {
	try := func(entry, locked, more []byte) []byte {
		if !bytes.Equal(modernHash(password, entry[32:40], more, revision), entry[:32]) || len(locked) < 32 {
			return nil
		}
		return unCBC(locked[:32], modernHash(password, entry[40:48], more, revision), make([]byte, 16))
	}
	if key := try(user, userKey, nil); key != nil {
		return key
	}
	if len(password) == 0 {
		return nil
	}
	return try(owner, ownerKey, user)
}

func modernHash(password, salt, more []byte, revision int) []byte {
	sum := sha256.Sum256(bytes.Join([][]byte{password, salt, more}, nil))
	k := sum[:]
	if revision != 6 {
		return k
	}
	for i, last := 0, 0; i < 64 || last > i-32; i++ {
		data := bytes.Repeat(bytes.Join([][]byte{password, k, more}, nil), 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(data, data)
		rest := 0
		for _, c := range data[:16] {
			rest += int(c)
		}
		last = int(data[len(data)-1])
		switch rest % 3 {
		case 0:
			s := sha256.Sum256(data)
			k = s[:]
		case 1:
			s := sha512.Sum384(data)
			k = s[:]
		default:
			s := sha512.Sum512(data)
			k = s[:]
		}
	}
	return k[:32]
}

func unCBC(data, key, iv []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil || len(data)%16 != 0 {
		return nil
	}
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, data)
	return out
}

func (l *lock) string(b []byte, number, generation int) []byte {
	return l.decode(l.strings, b, number, generation)
}

func (l *lock) stream(b []byte, number, generation int) []byte {
	return l.decode(l.streams, b, number, generation)
}

func (l *lock) decode(method Name, b []byte, number, generation int) []byte {
	key := l.key
	if method == "V2" || method == "AESV2" {
		full := append(bytes.Clone(key), byte(number), byte(number>>8), byte(number>>16), byte(generation), byte(generation>>8))
		if method == "AESV2" {
			full = append(full, "sAlT"...)
		}
		sum := md5.Sum(full) //nolint:gosec // the format's own
		key = sum[:min(len(l.key)+5, 16)]
	}
	switch method {
	case "V2":
		return rc4ed(b, key)
	case "AESV2", "AESV3":
		if len(b) < 32 {
			return nil
		}
		out := unCBC(b[16:len(b)/16*16], key, b[:16])
		if n := len(out); n > 0 && out[n-1] >= 1 && out[n-1] <= 16 {
			out = out[:n-int(out[n-1])]
		}
		return out
	}
	return b
}

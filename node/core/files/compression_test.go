package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/nodetest"
)

// entry is a file for an archive.
type entry struct {
	name    string
	content []byte
}

func zipOf(t testing.TB, entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		require.NoError(t, err)
		_, err = w.Write(e.content)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func tarOf(t testing.TB, entries ...entry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.content)), Typeflag: tar.TypeReg}))
		_, err := w.Write(e.content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func gzipOf(t testing.TB, content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func unpack(t testing.TB, limits unpackLimits, name string, archive []byte) (*nodetest.Result, error) {
	var files *node.Binaries
	return nodetest.Run(context.Background(), newCompression(limits), nodetest.Setup{
		Items: []node.Item{{JSON: &node.Object{}, Binary: files.With("data", node.NewBinary(name, "").WithData(archive))}},
	})
}

// Archives that would unpack to more than is allowed are refused, whatever they say of themselves.
func TestArchiveBombs(t *testing.T) {
	t.Parallel()
	const tooLarge, tooMany = "The decompressed output exceeds the maximum allowed size of 1 MB", "The archive contains more than 3 entries"
	limits := unpackLimits{size: 1 << 20, files: 3}
	zeros := make([]byte, 1<<20+1)
	half := zeros[:1<<19+1]
	four := []entry{{"a", nil}, {"b", nil}, {"c", nil}, {"d", nil}}
	lying := zipOf(t, entry{"a", zeros})
	for _, sign := range []string{"PK\x01\x02", "PK\x07\x08"} { // the central directory and the descriptor say that the file is empty
		at := bytes.Index(lying, []byte(sign))
		size := at + 24
		if sign == "PK\x07\x08" {
			size = at + 12
		}
		copy(lying[size:], []byte{0, 0, 0, 0})
	}
	for name, test := range map[string]struct {
		file    string
		archive []byte
		want    string
	}{
		"one large file":        {"a.zip", zipOf(t, entry{"a", zeros}), tooLarge},
		"large files together":  {"a.zip", zipOf(t, entry{"a", half}, entry{"b", half}), tooLarge},
		"a size that is a lie":  {"a.zip", lying, "zip: not a valid zip file"},
		"many files":            {"a.zip", zipOf(t, four...), tooMany},
		"gzip":                  {"a.gz", gzipOf(t, zeros), tooLarge},
		"gzip, twice":           {"a.gz", append(gzipOf(t, half), gzipOf(t, half)...), tooLarge},
		"tar":                   {"a.tar", tarOf(t, entry{"a", zeros}), tooLarge},
		"tar.gz, together":      {"a.tar.gz", gzipOf(t, tarOf(t, entry{"a", half}, entry{"b", half})), tooLarge},
		"tar.gz of a left out":  {"a.tgz", gzipOf(t, tarOf(t, entry{"../a", zeros})), tooLarge},
		"tar of many":           {"a.tar", tarOf(t, four...), tooMany},
		"two of a name in zip":  {"a.zip", zipOf(t, entry{"a", nil}, entry{"a", half}), `The archive has two files with the name "a"`},
		"two of a name in tar":  {"a.tar", tarOf(t, entry{"a", nil}, entry{"a", half}), `The archive has two files with the name "a"`},
		"a zip that is cut off": {"a.zip", zipOf(t, entry{"a", half})[:100], "invalid zip data"},
		"a gzip that is cut":    {"a.gz", gzipOf(t, half)[:50], "unexpected EOF"},
		"a tar that is cut":     {"a.tar", tarOf(t, entry{"a", half})[:600], "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := unpack(t, limits, test.file, test.archive)
			require.NoError(t, err)
			require.NotNil(t, result.Error, "%v", result.Outputs)
			require.Contains(t, result.Error.Message, test.want)
		})
	}
}

// What is within the limits is unpacked, under the names of the archive, which are nothing but names.
func TestUnpackNames(t *testing.T) {
	t.Parallel()
	limits := unpackLimits{size: 10, files: 3}
	archive := zipOf(t, entry{"../../up.txt", []byte("12345")}, entry{"/abs", []byte("67890")}, entry{`c:\x`, nil}, entry{"dir/", nil})
	result, err := unpack(t, limits, "a.zip", archive)
	require.NoError(t, err)
	require.Nil(t, result.Error)
	var got []string
	for key, file := range result.Outputs[0][0].Binary.All() {
		got = append(got, fmt.Sprintf("%s: %s %s", key, file.FileName(), file.FileSize()))
	}
	require.Equal(t, []string{"file_0: up.txt 5 B", "file_1: abs 5 B", `file_2: c:\x 0 B`}, got)
}

// FuzzUnpack: no archive makes the node panic, or give more than the limits allow.
func FuzzUnpack(f *testing.F) {
	for _, kind := range []string{"zip", "tar", "tgz", "gz"} {
		small := []entry{{"a.txt", []byte("text")}, {"b/c", nil}}
		f.Add(kind, map[string][]byte{
			"zip": zipOf(f, small...), "tar": tarOf(f, small...), "tgz": gzipOf(f, tarOf(f, small...)), "gz": gzipOf(f, []byte("text")),
		}[kind])
	}
	limits := unpackLimits{size: 1000, files: 5}
	f.Fuzz(func(t *testing.T, kind string, archive []byte) {
		result, err := unpack(t, limits, "a."+kind, archive)
		if err != nil || result.Error != nil {
			return
		}
		size, n := int64(0), 0
		for _, file := range result.Outputs[0][0].Binary.All() {
			size, n = size+file.Bytes(), n+1
		}
		require.LessOrEqual(t, size, limits.size)
		require.LessOrEqual(t, n, limits.files)
	})
}

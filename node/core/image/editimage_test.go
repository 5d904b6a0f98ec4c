package image

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/nodetest"
)

// file is a file of testdata as that of an item.
func file(t testing.TB, name string) node.Binary {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return node.NewBinary(name, "").WithData(data)
}

// tolerance is how far the colours of a picture may be from GraphicsMagick's on average, of 255.
func tolerance(name string) float64 {
	switch {
	case strings.HasPrefix(name, "resize"):
		return 2.5
	case name == "rotate30":
		return 6
	case name == "jpeg": // a picture of sharp edges, with colours at half the resolution
		return 11
	}
	return 0.5
}

// TestAsGraphicsMagick compares with pictures that n8n 2.41.1 made with GraphicsMagick 1.3.40 of the same parameters.
func TestAsGraphicsMagick(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("testdata/cases.json")
	require.NoError(t, err)
	var cases []struct {
		Name       string
		Parameters map[string]any
		File       map[string]string
	}
	require.NoError(t, json.Unmarshal(list, &cases))
	require.NotEmpty(t, cases)
	for _, tt := range cases {
		t.Run(tt.Name, func(t *testing.T) {
			t.Parallel()
			files := (&node.Binaries{}).With("data", file(t, "base.png")).With("top", file(t, "top.png"))
			r, err := nodetest.Run(t.Context(), NewEditImage(), nodetest.Setup{
				Parameters: tt.Parameters, Items: []node.Item{{JSON: node.NewObject("n", 1.0), Binary: files}},
			})
			require.NoError(t, err)
			require.Nil(t, r.Error)
			target, extension := "data", "png"
			if tt.Name == "jpeg" {
				target, extension = "out", "jpeg"
			}
			out, ok := r.Items()[0].Binary.Get(target)
			require.True(t, ok)
			require.Equal(t, tt.File["mimeType"], out.MimeType())
			require.Equal(t, tt.File["fileName"], out.FileName())
			require.Equal(t, tt.File["fileExtension"], out.FileExtension())
			data, ok := out.Data()
			require.True(t, ok)
			got, err := decode(data)
			require.NoError(t, err)
			golden, err := os.ReadFile("testdata/" + tt.Name + "." + extension)
			require.NoError(t, err)
			want, err := decode(golden)
			require.NoError(t, err)
			require.Equal(t, want.pixels.Rect, got.pixels.Rect)
			require.LessOrEqual(t, difference(want, got), tolerance(tt.Name))
		})
	}
}

// difference is how far colours are apart on average; those of pixels that can't be seen do not count.
func difference(a, b picture) float64 {
	sum := 0.0
	for i := 0; i < len(a.pixels.Pix); i += 4 {
		p, q := a.pixels.Pix[i:i+4], b.pixels.Pix[i:i+4]
		for k := range 3 {
			sum += math.Abs(float64(p[k])*float64(p[3])-float64(q[k])*float64(q[3])) / 255
		}
		sum += math.Abs(float64(p[3]) - float64(q[3]))
	}
	return sum / float64(len(a.pixels.Pix))
}

func run(t testing.TB, parameters map[string]any, files map[string]node.Binary) (*nodetest.Result, error) {
	t.Helper()
	all := &node.Binaries{}
	for name, f := range files {
		all = all.With(name, f)
	}
	return nodetest.Run(t.Context(), NewEditImage(), nodetest.Setup{Parameters: parameters, Items: []node.Item{{JSON: &node.Object{}, Binary: all}}})
}

func bytesFile(data []byte) node.Binary { return node.NewBinary("x", "image/png").WithData(data) }

// movingGIF is a GIF of two pictures.
func movingGIF(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black, color.White})
	require.NoError(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}))
	return b.Bytes()
}

// hugePNG is the beginning of a PNG file of 60,000 x 60,000 pixels.
func hugePNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 1, 1))))
	data := b.Bytes()
	binary.BigEndian.PutUint32(data[16:], 60_000)
	binary.BigEndian.PutUint32(data[20:], 60_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestFailures(t *testing.T) {
	t.Parallel()
	base := file(t, "base.png")
	truncated, err := os.ReadFile("testdata/base.png")
	require.NoError(t, err)
	for _, tt := range []struct {
		name       string
		parameters map[string]any
		data       node.Binary
		want       string
	}{
		{"no picture", map[string]any{"operation": "rotate"}, bytesFile([]byte("text")), "The file is no picture that can be read"},
		{"an empty file", map[string]any{"operation": "information"}, bytesFile([]byte{}), "The file is no picture that can be read"},
		{"half a picture", map[string]any{"operation": "rotate"}, bytesFile(truncated[:60]), "The PNG file can't be read"},
		{"too many pixels", map[string]any{"operation": "rotate"}, bytesFile(hugePNG(t)), "A picture of 60000 x 60000 pixels is too large"},
		{"a moving picture", map[string]any{"operation": "rotate"}, bytesFile(movingGIF(t)), "The GIF moves: it has more than one picture"},
		{"create too much", map[string]any{"operation": "create", "width": 60000, "height": 60000}, base, "A picture of 60000 x 60000 pixels is too large"},
		{"create nothing", map[string]any{"operation": "create", "width": 0, "height": 5}, base, "A picture of 0 x 5 pixels can't be made"},
		{"resize too much", map[string]any{"operation": "resize", "width": 90000, "height": 90000, "resizeOption": "percent"}, base, "A picture of 21600 x 14400 pixels is too large"},
		{"resize to nothing", map[string]any{"operation": "resize", "width": 0, "height": 5}, base, "Width and height of a resized picture are more than 0"},
		{"a border too wide", map[string]any{"operation": "border", "borderWidth": 65000, "borderHeight": 65000}, base, "A picture of 130024 x 130016 pixels is too large"},
		{"crop beside", map[string]any{"operation": "crop", "width": 5, "height": 5, "positionX": 900}, base, "Nothing of the picture is within what is cropped"},
		{"a strange color", map[string]any{"operation": "transparent", "color": "#12"}, base, `The color "#12" is not known`},
		{"shear by a right angle", map[string]any{"operation": "shear", "degreesX": 90}, base, "A picture can't be sheared by 90 degrees"},
		{"a blur too strong", map[string]any{"operation": "blur", "blur": 1000, "sigma": 2}, base, "The blur is too strong: it reaches 1000 pixels far"},
		{"a font", map[string]any{"operation": "text", "text": "a", "options": map[string]any{"font": "/x/Arial.ttf"}}, base, `The font "/x/Arial.ttf" is not available`},
		{"WebP", map[string]any{"operation": "rotate", "options": map[string]any{"format": "webp"}}, base, "Pictures can't be written as webp here"},
		{"an operator", map[string]any{"operation": "composite", "dataPropertyNameComposite": "data", "operator": "Bumpmap"}, base, `The operator "Bumpmap" is not supported`},
		{"no steps", map[string]any{"operation": "multiStep", "operations": map[string]any{}}, base, "There is no operation to perform"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := run(t, tt.parameters, map[string]node.Binary{"data": tt.data})
			require.NoError(t, err)
			require.NotNil(t, r.Error)
			require.Equal(t, tt.want, r.Error.Message)
		})
	}
}

func TestInformation(t *testing.T) {
	t.Parallel()
	r, err := run(t, map[string]any{"operation": "information"}, map[string]node.Binary{"data": file(t, "base.jpg")})
	require.NoError(t, err)
	got, err := r.Items()[0].JSON.MarshalJSON()
	require.NoError(t, err)
	require.JSONEq(t, `{"Format":"JPEG (Joint Photographic Experts Group JFIF format)","format":"JPEG","Geometry":"24x16","size":{"width":24,"height":16},
		"Depth":"8 bits-per-pixel component","depth":8,"Filesize":"`+strconv.FormatInt(file(t, "base.jpg").Bytes(), 10)+`","Orientation":"Unknown","Page geometry":"24x16+0+0"}`, string(got))
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"png", "jpeg", "gif", "bmp", "tiff"} {
		r, err := run(t, map[string]any{"operation": "rotate", "rotate": 90, "options": map[string]any{"format": format}}, map[string]node.Binary{"data": file(t, "base.png")})
		require.NoError(t, err)
		out, ok := r.Items()[0].Binary.Get("data")
		require.True(t, ok, format)
		require.Equal(t, "image/"+format, out.MimeType())
		require.Equal(t, "base."+format, out.FileName())
		data, _ := out.Data()
		p, err := decode(data)
		require.NoError(t, err, format)
		require.Equal(t, format, p.format)
		require.Equal(t, image.Rect(0, 0, 16, 24), p.pixels.Rect)
	}
}

func TestTextIsWrittenWhereItBelongs(t *testing.T) {
	t.Parallel()
	for alignment, inside := range map[[2]string]image.Rectangle{
		{"west", "north"}:    image.Rect(0, 0, 60, 30),
		{"center", "middle"}: image.Rect(70, 35, 130, 65),
		{"east", "south"}:    image.Rect(140, 70, 200, 100),
	} {
		r, err := run(t, map[string]any{"operation": "multiStep", "operations": map[string]any{"operations": []any{
			map[string]any{"operation": "create", "width": 200, "height": 100, "backgroundColor": "#ffffff"},
			map[string]any{
				"operation": "text", "text": "Hi", "fontSize": 20, "fontColor": "#000000", "positionX": 5, "positionY": 5, "lineLength": 80,
				"horizontalAlignment": alignment[0], "verticalAlignment": alignment[1],
			},
		}}}, nil)
		require.NoError(t, err)
		require.Nil(t, r.Error)
		out, _ := r.Items()[0].Binary.Get("data")
		data, _ := out.Data()
		p, err := decode(data)
		require.NoError(t, err)
		dark := 0
		for y := range 100 {
			for x := range 200 {
				if p.pixels.NRGBAAt(x, y).R < 128 {
					dark++
					require.True(t, image.Pt(x, y).In(inside), "%v: a pixel at %d,%d", alignment, x, y)
				}
			}
		}
		require.Greater(t, dark, 30)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"one two", "three", "four"}, wrap("one two three\nfour", 10))
	require.Equal(t, []string{""}, wrap("", 10))
}

func TestTurn(t *testing.T) {
	t.Parallel()
	// The corner at the top left of a picture of 3 x 2 goes where EXIF says.
	for orientation, want := range map[int]image.Point{
		1: {0, 0}, 2: {2, 0}, 3: {2, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 2}, 8: {0, 2},
	} {
		p := picture{pixels: image.NewNRGBA(image.Rect(0, 0, 3, 2))}
		p.pixels.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
		p.turn(orientation)
		require.Equal(t, uint8(255), p.pixels.NRGBAAt(want.X, want.Y).R, "orientation %d", orientation)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"base.png", "base.jpg"} {
		data, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(movingGIF(f))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if d, err := describe(data); err != nil || d.width*d.height > 1_000_000 {
			return
		}
		_, _ = decode(data)
	})
}

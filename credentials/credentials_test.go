package credentials_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
)

func TestData(t *testing.T) {
	t.Parallel()
	values := map[string]any{"url": "http://a", "n": 1.0, "none": nil}
	ref := credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}
	d := credentials.New(ref, values)
	values["url"] = "changed"
	require.Equal(t, ref, d.Ref())
	require.Equal(t, "http://a", d.Text("url"), "the values were copied")
	require.Empty(t, d.Text("n"), "a number is no text")
	require.Empty(t, d.Text("missing"))
	n, ok := d.Value("n")
	require.True(t, ok)
	require.Equal(t, 1.0, n)
	none, ok := d.Value("none")
	require.True(t, ok)
	require.Nil(t, none)
	_, ok = d.Value("missing")
	require.False(t, ok)

	var zero credentials.Data
	require.Empty(t, zero.Text("url"))
	require.Equal(t, "credential ()", fmt.Sprint(zero))
	require.Equal(t, `credential "One" (directusApi)`, fmt.Sprint(d))
	require.Equal(t, `credential with id "1" (directusApi)`, fmt.Sprint(credentials.New(credentials.Ref{Type: "directusApi", ID: "1"}, nil)))
	require.Equal(t, `credential (directusApi)`, fmt.Sprint(credentials.New(credentials.Ref{Type: "directusApi"}, nil)))
}

// requireNoSecret fails if text holds the secret, as it is or in any of the ways in which fmt and the encoders write bytes.
func requireNoSecret(tb testing.TB, text, how string) {
	tb.Helper()
	spelled := func(format, separator string) string {
		var all []string
		for _, c := range []byte(secret) {
			all = append(all, fmt.Sprintf(format, c))
		}
		return strings.Join(all, separator)
	}
	for _, form := range []string{
		secret, hex.EncodeToString([]byte(secret)), spelled("%02X", ""), spelled("%02x", " "), spelled("%d", " "), spelled("%#x", ", "),
		spelled("0x%x", " "), spelled("U+%04X", " "), spelled("%o", " "), spelled("%b", " "), base64.StdEncoding.EncodeToString([]byte(secret))[:16],
	} {
		require.NotContains(tb, text, form, how)
	}
}

// holders are all the ways in which a program may carry a Data around.
func holders() map[string]any {
	type exported struct{ D credentials.Data }
	type hidden struct{ d credentials.Data }
	type deep struct {
		list []hidden
		m    map[string]*hidden
		any  any
		Any  any
	}
	d := data(credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}, secret)
	d2 := credentials.New(credentials.Ref{Type: "t"}, map[string]any{"nested": map[string]any{"list": []any{secret}}})
	env := credentials.Env(environment(map[string]string{"NATE_CREDENTIAL_DIRECTUSAPI": `{"accessToken":"` + secret + `"}`}))
	fromEnv, _ := env.Resolve(context.Background(), credentials.Ref{Type: "directusApi"})
	file, _ := credentials.Parse("creds.json", []byte(`[{"type":"directusApi","data":{"accessToken":"`+secret+`"}}]`))
	fromFile, _ := file.Resolve(context.Background(), credentials.Ref{Type: "directusApi"})
	return map[string]any{
		"Data": d, "pointer": &d, "nested values": d2, "from the environment": fromEnv, "from a file": fromFile,
		"field": exported{d}, "pointer to field": &exported{d}, "unexported field": hidden{d}, "pointer to unexported field": &hidden{d},
		"list": []credentials.Data{d}, "array": [1]credentials.Data{d}, "map": map[string]credentials.Data{"k": d}, "list of any": []any{d, &d},
		"deep":   deep{[]hidden{{d}}, map[string]*hidden{"k": {d}}, hidden{d}, exported{d}},
		"Values": credentials.Values(d, d2), "File": file, "Env": env, "Chain": credentials.Chain(credentials.Values(d), file, env),
	}
}

func TestDataNeverPrintsItself(t *testing.T) {
	t.Parallel()
	sprintf, errorf := fmt.Sprintf, fmt.Errorf // vet would not let mistakes pass that programs make
	for name, v := range holders() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, flags := range []string{"", "+", "#", " ", "-", "0", "+#", "# ", "200", "-200.3", ".3", "[1]"} {
				for verb := 'A'; verb <= 'z'; verb++ { // verbs that fmt does not have are printed too
					format := "%" + flags + string(verb)
					requireNoSecret(t, sprintf(format, v), format)
					requireNoSecret(t, errorf(format, v).Error(), "Errorf "+format)
				}
			}
			for how, text := range map[string]string{
				"Sprint": fmt.Sprint("x", v, v), "Sprintln": fmt.Sprintln(v), "extra": sprintf("no verb", v),
				"width": sprintf("%*d", v, v), "precision": sprintf("%.*d", v, v), "bad index": sprintf("%[7]d", v),
				"wrapped": fmt.Errorf("a: %w", fmt.Errorf("b: %v", v)).Error(), "joined": errors.Join(fmt.Errorf("%+v", v)).Error(),
				"panic": panicked(v),
			} {
				requireNoSecret(t, text, how)
			}

			var b bytes.Buffer
			for _, h := range []slog.Handler{slog.NewJSONHandler(&b, nil), slog.NewTextHandler(&b, nil)} {
				l := slog.New(h)
				l.With("with", v).WithGroup("group").Info("message", "value", v, slog.Group("inner", "value", v), "list", []any{v})
			}
			log.New(&b, "", 0).Println(v)
			if text, err := json.MarshalIndent(map[string]any{"v": v, "l": []any{v}}, "", " "); err == nil {
				b.Write(text)
			}
			require.NoError(t, template.Must(template.New("").Parse(`{{.}} {{printf "%#v %q %d" . . .}} {{html .}} {{js .}}`)).Execute(&b, v))
			_ = xml.NewEncoder(&b).Encode(v)
			_ = gob.NewEncoder(&b).Encode(v)
			require.NotZero(t, b.Len())
			requireNoSecret(t, b.String(), "a log or an encoder")
		})
	}
}

// panicked is what a program that recovers prints.
func panicked(v any) (text string) {
	defer func() { text = fmt.Sprintf("panic: %v %+v", recover(), v) }()
	panic(v)
}

func TestDataSaysWhatItIs(t *testing.T) {
	t.Parallel()
	d := data(credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}, "http://one")
	text, err := json.Marshal(struct{ Credential credentials.Data }{d})
	require.NoError(t, err)
	require.Equal(t, `{"Credential":"credential \"One\" (directusApi)"}`, string(text))
	require.Equal(t, `{Credential:credential "One" (directusApi)}`, fmt.Sprintf("%+v", struct{ Credential credentials.Data }{d}))
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})).Info("used", "credential", d)
	require.Equal(t, `level=INFO msg=used credential="credential \"One\" (directusApi)"`+"\n", b.String())
	require.Equal(t, slog.KindString, slog.AnyValue(d).Resolve().Kind(), "a handler gets text, not the struct")
}

package credentials_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/schemas"
)

const secret = "s3cr3t-hunter2"

// data is a directusApi credential that can be told by its url.
func data(ref credentials.Ref, url string) credentials.Data {
	return credentials.New(ref, map[string]any{"url": url, "accessToken": secret})
}

func TestValues(t *testing.T) {
	t.Parallel()
	type ref = credentials.Ref
	named := []credentials.Data{
		data(ref{"directusApi", "1", "One"}, "http://one"),
		data(ref{"directusApi", "2", "Two"}, "http://two"),
		data(ref{"directusApi", "", "Only a name"}, "http://name"),
		data(ref{"directusApi", "5", ""}, "http://id"),
		data(ref{"slackApi", "9", "Slack"}, "http://slack"),
		data(ref{"directusApi", "7", "Twin"}, "http://twin"),
		data(ref{"directusApi", "8", "Twin"}, "http://twin"),
		data(ref{"slackApi", "7b", "Namesake"}, "http://slack2"),
		data(ref{"directusApi", "7c", "Namesake"}, "http://namesake"),
		data(ref{"directusApi", "same", "A"}, "http://a"),
		data(ref{"slackApi", "same", "B"}, "http://b"),
	}
	nameless := append(slices.Clone(named), data(ref{Type: "directusApi"}, "http://any"))
	for name, row := range map[string]struct {
		ref      ref
		have     []credentials.Data
		want     string // url
		err      string
		notFound bool
	}{
		"by id":                           {ref{"directusApi", "2", "Two"}, named, "http://two", "", false},
		"by id, the name differs":         {ref{"directusApi", "2", "One"}, named, "http://two", "", false},
		"by id, without a name":           {ref{"directusApi", "2", ""}, named, "http://two", "", false},
		"by id, the entry has no name":    {ref{"directusApi", "5", "Five"}, named, "http://id", "", false},
		"by name, without an id":          {ref{"directusApi", "", "Two"}, named, "http://two", "", false},
		"by name, the id is not there":    {ref{"directusApi", "99", "Two"}, named, "http://two", "", false},
		"by name, the entry has no id":    {ref{"directusApi", "99", "Only a name"}, named, "http://name", "", false},
		"by name and type":                {ref{"directusApi", "", "Namesake"}, named, "http://namesake", "", false},
		"neither":                         {ref{"directusApi", "99", "Nope"}, nameless, "http://any", "", false},
		"neither, but the id goes first":  {ref{"directusApi", "1", "Nope"}, nameless, "http://one", "", false},
		"neither, but the name goes next": {ref{"directusApi", "99", "One"}, nameless, "http://one", "", false},
		"a node that names only the type": {ref{Type: "directusApi"}, nameless, "http://any", "", false},
		"one without id and name is of another type": {
			ref{"smtp", "99", "Nope"},
			nameless, "",
			`there is no smtp credential with id "99" or name "Nope": looked in values in code, which has`, true,
		},
		"another one of the type does not serve": {
			ref{"directusApi", "99", "Nope"}, named[:1], "", `there is no directusApi credential with id "99" or name "Nope": ` +
				`looked in values in code, which has "One" (directusApi) (give the run a resolver that has it)`, true,
		},
		"not even for a node that names only the type": {
			ref{Type: "directusApi"}, named[:1], "", `there is no directusApi credential: looked in values in code, which has "One" (directusApi)`, true,
		},
		"names are exact": {
			ref{"directusApi", "", "two"}, named[:2], "", `there is no directusApi credential with name "two"`, true,
		},
		"an id is no name": {
			ref{"directusApi", "Two", ""}, named[:2], "", `there is no directusApi credential with id "Two"`, true,
		},
		"a name is no id": {
			ref{"directusApi", "", "1"}, named[:2], "", `there is no directusApi credential with name "1"`, true,
		},
		"nothing was given": {
			ref{"directusApi", "1", "One"}, nil, "", `: no credentials were given (give the run a resolver that has it)`, true,
		},
		"same name, other type": {ref{"directusApi", "", "Slack"}, named, "", wrongSlack, false},
		"same id, other type":   {ref{"directusApi", "9", "Two"}, named, "", wrongSlack, false},
		"two of that name": {
			ref{"directusApi", "", "Twin"}, named, "", `credential "Twin" (directusApi) is there 2 times (keep one, or tell them apart by id)`, false,
		},
		"two of that name, and the id tells them apart": {ref{"directusApi", "8", "Twin"}, named, "http://twin", "", false},
		"two of that id": {
			ref{"directusApi", "same", "A"}, named, "", `credential "A" (directusApi) is there 2 times`, false,
		},
		"two that serve all": {
			ref{"directusApi", "1", "x"},
			[]credentials.Data{data(ref{Type: "directusApi"}, "a"), data(ref{Type: "directusApi"}, "b")},
			"",
			`credential (directusApi) is there 2 times`, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credentials.Values(row.have...).Resolve(t.Context(), row.ref)
			if row.err == "" {
				require.NoError(t, err)
				require.Equal(t, row.want, got.Text("url"))
				return
			}
			require.ErrorContains(t, err, row.err)
			require.NotContains(t, err.Error(), secret)
			require.Empty(t, got.Text("accessToken"))
			var missing *credentials.NotFoundError
			require.Equal(t, row.notFound, errors.As(err, &missing))
			if row.notFound {
				require.Equal(t, row.ref, missing.Ref)
				require.Len(t, missing.Have, len(row.have))
				return
			}
			var unusable *credentials.UnusableError
			require.ErrorAs(t, err, &unusable)
		})
	}
}

const wrongSlack = `credential "Slack" (slackApi) is not of type directusApi, which the node asks for (let the node name one of that type)`

func TestNotFoundListsTheWantedTypeFirst(t *testing.T) {
	t.Parallel()
	var have []credentials.Data
	for i := range 30 {
		have = append(have, data(credentials.Ref{Type: "slackApi", ID: fmt.Sprint(i), Name: fmt.Sprint("Slack ", i)}, ""))
	}
	have = append(have, data(credentials.Ref{Type: "directusApi", ID: "secret-id"}, ""))
	_, err := credentials.Values(have...).Resolve(t.Context(), credentials.Ref{Type: "directusApi", ID: "x"})
	require.ErrorContains(t, err, `which has one without a name (directusApi), "Slack 0" (slackApi), `)
	require.ErrorContains(t, err, `"Slack 18" (slackApi) and 11 more (give`)
	require.NotContains(t, err.Error(), "secret-id", "types and names only")
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	_, err := credentials.Values(credentials.New(credentials.Ref{Type: "directusApi", Name: "Ex"}, map[string]any{
		"url": "https://ok", "accessToken": "={{ $vars.hunter2 }}",
		"more": map[string]any{"list": []any{"a", "=hunter2", 1.0, nil}, "a=b": "c=d"},
	})).Resolve(t.Context(), credentials.Ref{Type: "directusApi", Name: "Ex"})
	require.EqualError(t, err, `credential "Ex" (directusApi): field accessToken is an expression, which is not supported in credentials yet `+
		"(put the value itself there)\n"+
		`credential "Ex" (directusApi): field more.list[1] is an expression, which is not supported in credentials yet (put the value itself there)`)
	var unusable *credentials.UnusableError
	require.ErrorAs(t, err, &unusable)
	require.Equal(t, "accessToken", unusable.Field)
}

func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "creds.json")
	require.NoError(t, os.WriteFile(path, []byte(`[
		{"id": "1", "name": "One", "type": "directusApi", "data": {"url": "http://one", "accessToken": "`+secret+`"}, "createdAt": "2026-01-01"},
		{"id": 2, "name": "Two", "type": "directusApi", "data": {"url": "http://two"}},
		{"id": null, "name": null, "type": "slackApi", "data": {"token": "x"}},
		{"id": "4", "name": "Locked", "type": "directusApi", "data": "U2FsdGVkX18hunter2"},
		{"id": "5", "name": "Expression", "type": "directusApi", "data": {"url": "={{ hunter2 }}"}}
	]`), 0o600))
	file, err := credentials.File(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path), "it is read once")

	resolve := func(typeName, id, name string) (credentials.Data, error) {
		return file.Resolve(t.Context(), credentials.Ref{Type: typeName, ID: id, Name: name})
	}
	d, err := resolve("directusApi", "1", "renamed")
	require.NoError(t, err)
	require.Equal(t, secret, d.Text("accessToken"))
	require.Equal(t, credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}, d.Ref())
	d, err = resolve("directusApi", "2", "")
	require.NoError(t, err)
	require.Equal(t, "http://two", d.Text("url"), "a numeric id")
	_, err = resolve("slackApi", "77", "any")
	require.NoError(t, err, "an entry with neither id nor name serves all")
	_, err = resolve("directusApi", "4", "Locked")
	require.EqualError(t, err, `credential "Locked" (directusApi) in `+path+
		` is encrypted (export it again with "n8n export:credentials --all --decrypted")`)
	_, err = resolve("directusApi", "5", "")
	require.EqualError(t, err, `credential "Expression" (directusApi) in `+path+
		`: field url is an expression, which is not supported in credentials yet (put the value itself there)`)
	_, err = resolve("directusApi", "x", "y")
	require.EqualError(t, err, `there is no directusApi credential with id "x" or name "y": looked in `+path+`, which has "One" (directusApi), `+
		`"Two" (directusApi), "Locked" (directusApi), "Expression" (directusApi), one without a name (slackApi) (add it to `+path+`)`)

	_, err = credentials.File(filepath.Join(dir, "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "the credentials file can't be read: open ")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one object":        `{"id":"1","name":"One","type":"directusApi","data":{"url":"http://one"}}`,
		"byte order mark":   "\ufeff" + `[{"id":"1","type":"directusApi","data":{"url":"http://one"}}]`,
		"unknown keys stay": `[{"id":"1","type":"directusApi","data":{"url":"http://one"},"isManaged":false,"nodesAccess":[1]}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := credentials.Parse("creds.json", []byte(text))
			require.NoError(t, err)
			d, err := r.Resolve(t.Context(), credentials.Ref{Type: "directusApi", ID: "1"})
			require.NoError(t, err)
			require.Equal(t, "http://one", d.Text("url"))
		})
	}
	empty, err := credentials.Parse("creds.json", []byte(`[]`))
	require.NoError(t, err)
	_, err = empty.Resolve(t.Context(), credentials.Ref{Type: "directusApi"})
	require.EqualError(t, err, "there is no directusApi credential: looked in creds.json, which has none at all (add it to creds.json)")

	for text, wants := range map[string][]string{
		``:                                      {"the credentials file creds.json stops being JSON at line 1, column 1"},
		"[\n  {\"data\": \"hunter2\" x}]":       {"the credentials file creds.json stops being JSON at line 2, column 22"},
		`[] []`:                                 {"stops being JSON at line 1, column 4"},
		`{"type":"a","data":{"hunter2":1e999}}`: {"has a number that is too large at line 1, column "},
		"\xff\xfe[\x00]\x00":                    {"the credentials file creds.json is UTF-16; save it as UTF-8"},
		`"hunter2"`:                             {"the credentials file creds.json is not what n8n exports: "},
		`[{"type":"hunter2"}]`:                  {"/0: data is "},
		`[{"data":{}}, 5, {"type":"","data":{}}, {"type":"t","data":["hunter2"]}, {"type":7,"data":{}}, {"type":"t","data":{},"id":{},"name":1}]`: {
			"/0", "/1", "/2/type", "/3/data", "/4/type", "/5/id", "/5/name",
		},
		`[{"type":"t","data":null}]`: {"/0/data"},
		strings.Repeat("[", 100_000): {"stops being JSON at line 1, column "},
	} {
		_, err := credentials.Parse("creds.json", []byte(text))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter2")
		var ds schemas.Diagnostics
		isForm := errors.As(err, &ds)
		require.Equal(t, strings.Contains(err.Error(), "is not what n8n exports"), isForm)
		for _, want := range wants {
			require.ErrorContains(t, err, want)
		}
	}
}

// environment is a lookup func over a map.
func environment(variables map[string]string) credentials.EnvOption {
	return credentials.WithLookup(func(name string) (string, bool) {
		v, ok := variables[name]
		return v, ok
	})
}

func TestEnv(t *testing.T) {
	t.Parallel()
	const all = "NATE_CREDENTIAL_DIRECTUSAPI"
	ref := credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}
	for name, row := range map[string]struct {
		variables map[string]string
		want      map[string]string
		err       string
	}{
		"JSON": {
			map[string]string{all: `{"url":"http://a","accessToken":"t"}`}, map[string]string{"url": "http://a", "accessToken": "t"}, "",
		},
		"JSON, no url":    {map[string]string{all: `{"accessToken":"t"}`}, map[string]string{"accessToken": "t"}, ""},
		"JSON, empty url": {map[string]string{all: `{"url":""}`}, map[string]string{"url": ""}, ""},
		"a variable each": {
			map[string]string{all + "_URL": "http://a", all + "_ACCESSTOKEN": "t"}, map[string]string{"url": "http://a", "accessToken": "t"}, "",
		},
		"in words": {
			map[string]string{all + "_URL": "http://a", all + "_ACCESS_TOKEN": "t"}, map[string]string{"url": "http://a", "accessToken": "t"}, "",
		},
		"compatible": {
			map[string]string{all + "_URL": "http://a", all + "_TOKEN": "t"}, map[string]string{"url": "http://a", "token": "t"}, "",
		},
		"empty is not set": {map[string]string{all: "", all + "_URL": "http://a", all + "_TOKEN": ""}, map[string]string{"url": "http://a"}, ""},
		"nothing": {nil, nil, `there is no directusApi credential with id "1" or name "One": looked in the environment (` + all + `, ` + all + `_URL, ` +
			all + `_ACCESSTOKEN, ` + all + `_ACCESS_TOKEN, ` + all + `_TOKEN), which has none at all (set ` + all + ` to its fields as a JSON object)`},
		"bad JSON": {
			map[string]string{all: `{"url":"http://a","accessToken":hunter2}`},
			nil,
			`credential (directusApi) in ` + all + ` stops being JSON at line 1, column 33 (write it as {"field": "value"})`,
		},
		"text after": {map[string]string{all: `{"url":"http://a"} hunter2`}, nil, `in ` + all + ` stops being JSON at line 1, column 20`},
		"no object":  {map[string]string{all: `"hunter2"`}, nil, `credential (directusApi) in ` + all + ` is JSON, but not an object`},
		"null":       {map[string]string{all: `null`}, nil, `is JSON, but not an object`},
		"both": {
			map[string]string{all: `{"accessToken":"hunter2"}`, all + "_URL": "http://a"},
			nil,
			`credential (directusApi) in ` + all + ` is there twice: ` + all + `_URL set the same fields (set either, not both)`,
		},
		"two spellings": {
			map[string]string{all + "_ACCESSTOKEN": "hunter2", all + "_ACCESS_TOKEN": "hunter2"},
			nil,
			`credential (directusApi) in ` + all + `: field accessToken is set by two variables, ` + all + `_ACCESS_TOKEN is one (set one of them)`,
		},
		"expression": {
			map[string]string{all + "_URL": "={{ hunter2 }}"},
			nil,
			`credential (directusApi) in ` + all + `_URL: field url is an expression`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := credentials.Env(environment(row.variables)).Resolve(t.Context(), ref)
			if row.err != "" {
				require.ErrorContains(t, err, row.err)
				require.NotContains(t, err.Error(), "hunter2")
				return
			}
			require.NoError(t, err)
			require.Equal(t, credentials.Ref{Type: "directusApi"}, d.Ref())
			for _, field := range []string{"url", "accessToken", "token"} {
				want, there := row.want[field]
				got, ok := d.Value(field)
				require.Equal(t, there, ok, field)
				if ok {
					require.Equal(t, want, got, field)
				}
			}
		})
	}
}

func TestEnvOptions(t *testing.T) {
	t.Parallel()
	env := credentials.Env(credentials.WithPrefix("APP_"), environment(map[string]string{
		"APP_HTTP_BASIC_AUTH2": `{"user":"u"}`, "APP_SMTP_HOST": "mail", "APP_DIRECTUSAPI_TOKEN": secret, "NATE_CREDENTIAL_OTHER": "{}",
	}), credentials.WithTypes(credentials.Type{Name: "smtp", Properties: []schemas.Property{{Name: "host", Type: schemas.String}}}))
	d, err := env.Resolve(t.Context(), credentials.Ref{Type: "http.basic-auth2", Name: "x"})
	require.NoError(t, err, "a type that is not known can be set as JSON")
	require.Equal(t, "u", d.Text("user"))
	d, err = env.Resolve(t.Context(), credentials.Ref{Type: "smtp"})
	require.NoError(t, err)
	require.Equal(t, "mail", d.Text("host"))
	_, err = env.Resolve(t.Context(), credentials.Ref{Type: "other"})
	require.EqualError(t, err, `there is no other credential: looked in the environment (APP_OTHER), which has one without a name (directusApi), `+
		`one without a name (smtp) (set APP_OTHER to its fields as a JSON object)`)
}

func TestEnvReadsTheProcess(t *testing.T) {
	t.Setenv("NATE_CREDENTIAL_DIRECTUSAPI_URL", "http://from-the-process")
	d, err := credentials.Env().Resolve(t.Context(), credentials.Ref{Type: "directusApi"})
	require.NoError(t, err)
	require.Equal(t, "http://from-the-process", d.Text("url"))
}

type failing struct{ err error }

func (f failing) Resolve(context.Context, credentials.Ref) (credentials.Data, error) {
	return credentials.Data{}, f.err
}

func TestChain(t *testing.T) {
	t.Parallel()
	ref := credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}
	first := credentials.Values(data(credentials.Ref{Type: "directusApi", ID: "2", Name: "Two"}, "http://two"))
	second := credentials.Values(data(credentials.Ref{Type: "directusApi", ID: "1", Name: "Uno"}, "http://one"))
	third := credentials.Values(data(ref, "http://never"))

	d, err := credentials.Chain(nil, first, second, third).Resolve(t.Context(), ref)
	require.NoError(t, err)
	require.Equal(t, "http://one", d.Text("url"), "the first that has it")

	d, err = credentials.Chain(failing{fmt.Errorf("vault: %w", &credentials.NotFoundError{Ref: ref, Searched: []string{"the vault"}})}, second).
		Resolve(t.Context(), ref)
	require.NoError(t, err, "a wrapped NotFoundError passes on too")
	require.Equal(t, "http://one", d.Text("url"))

	_, err = credentials.Chain(first, failing{errors.New("the vault is sealed")}, second).Resolve(t.Context(), ref)
	require.EqualError(t, err, "the vault is sealed", "any other error ends it")

	wrong := credentials.Values(data(credentials.Ref{Type: "slackApi", ID: "1", Name: "Slack"}, ""))
	_, err = credentials.Chain(wrong, first).Resolve(t.Context(), ref)
	require.ErrorContains(t, err, "is not of type directusApi")

	_, err = credentials.Chain(first, failing{&credentials.NotFoundError{Searched: []string{"the vault"}}}, credentials.Env(environment(nil)), first).
		Resolve(t.Context(), ref)
	require.EqualError(t, err, `there is no directusApi credential with id "1" or name "One": looked in values in code, then in the vault, then in `+
		`the environment (NATE_CREDENTIAL_DIRECTUSAPI, NATE_CREDENTIAL_DIRECTUSAPI_URL, NATE_CREDENTIAL_DIRECTUSAPI_ACCESSTOKEN, `+
		`NATE_CREDENTIAL_DIRECTUSAPI_ACCESS_TOKEN, NATE_CREDENTIAL_DIRECTUSAPI_TOKEN), then in values in code, which has "Two" (directusApi), `+
		`"Two" (directusApi) (give the run a resolver that has it, or set NATE_CREDENTIAL_DIRECTUSAPI to its fields as a JSON object)`)

	_, err = credentials.Chain().Resolve(t.Context(), ref)
	require.EqualError(t, err, `there is no directusApi credential with id "1" or name "One": no credentials were given`)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = credentials.Chain(second).Resolve(ended, ref)
	require.ErrorIs(t, err, context.Canceled)
}

func TestResolversAreSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	file, err := credentials.Parse("creds.json", []byte(`[{"id":"1","type":"directusApi","data":{"url":"http://one"}}]`))
	require.NoError(t, err)
	env := credentials.Env(environment(map[string]string{"NATE_CREDENTIAL_DIRECTUSAPI": `{"url":"http://env"}`}))
	all := credentials.Chain(credentials.Values(data(credentials.Ref{Type: "directusApi", ID: "2"}, "http://two")), file, env)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			want := []string{"http://env", "http://one", "http://two"}[i%3]
			for range 50 {
				d, err := all.Resolve(context.Background(), credentials.Ref{Type: "directusApi", ID: fmt.Sprint(i % 3)})
				if err != nil || d.Text("url") != want {
					t.Errorf("%v %v", d.Text("url"), err)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzFile reads any text: it is a Resolver or an error, and neither holds what stands in a field.
func FuzzFile(f *testing.F) {
	for _, text := range []string{
		`[]`, `{}`, `[{"id":"1","name":"One","type":"directusApi","data":{"url":"http://one","accessToken":"hunter2"}}]`,
		`{"id":1e3,"name":null,"type":"directusApi","data":"hunter2"}`, `[{"type":"directusApi","data":{"a":["=hunter2"]}}]`, "\ufeff[1e999]", `[[[`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := credentials.Parse("creds.json", text)
		if err != nil {
			require.NotContains(t, err.Error(), "hunter2")
			return
		}
		for _, ref := range []credentials.Ref{{Type: "directusApi"}, {Type: "directusApi", ID: "1"}, {Type: "directusApi", Name: "One"}} {
			d, err := r.Resolve(t.Context(), ref)
			if err == nil {
				require.Equal(t, ref.Type, d.Ref().Type)
				continue
			}
			var missing *credentials.NotFoundError
			var unusable *credentials.UnusableError
			require.True(t, errors.As(err, &missing) || errors.As(err, &unusable), "%v", err)
		}
	})
}

func TestChainPassesOverOneOfAnotherType(t *testing.T) {
	t.Parallel()
	other := credentials.Values(credentials.New(credentials.Ref{Type: "otherApi", ID: "9", Name: "D"}, nil))
	right := credentials.Values(credentials.New(credentials.Ref{Type: "directusApi", ID: "1", Name: "D"}, map[string]any{"url": "http://right"}))
	d, err := credentials.Chain(other, right).Resolve(t.Context(), credentials.Ref{Type: "directusApi", ID: "1", Name: "D"})
	require.NoError(t, err)
	require.Equal(t, "http://right", d.Text("url"))
	_, err = credentials.Chain(other, credentials.Values()).Resolve(t.Context(), credentials.Ref{Type: "directusApi", ID: "1", Name: "D"})
	require.ErrorContains(t, err, "is not of type directusApi")
}

// kept is a Store of one credential.
type kept struct {
	credentials.Resolver
	got credentials.Data
	err error
}

func (k *kept) Update(_ context.Context, d credentials.Data) error {
	k.got = d
	return k.err
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	ref := credentials.Ref{Type: "oAuth2Api", ID: "1", Name: "One"}
	store := &kept{Resolver: credentials.Values(credentials.New(ref, map[string]any{"clientId": "id", "oauthTokenData": "old"}))}
	other := &kept{Resolver: credentials.Values()}
	// The one that has the credential is told, through chains of chains, and no other.
	d, err := credentials.Chain(other, credentials.Chain(store), other).Resolve(t.Context(), ref)
	require.NoError(t, err)
	changed, err := d.Update(t.Context(), map[string]any{"oauthTokenData": secret})
	require.NoError(t, err)
	require.Equal(t, []string{"id", secret, "old"}, []string{store.got.Text("clientId"), store.got.Text("oauthTokenData"), d.Text("oauthTokenData")})
	require.Equal(t, ref, store.got.Ref())
	require.Empty(t, other.got.Ref())
	require.NotContains(t, fmt.Sprintf("%+v %#v %s", store.got, changed, &changed), secret)
	// Again, with what came of it; an error is the Store's.
	store.err = errors.New("full")
	again, err := changed.Update(t.Context(), map[string]any{"oauthTokenData": "newer"})
	require.ErrorIs(t, err, store.err)
	require.Equal(t, "newer", again.Text("oauthTokenData"))
	// Without a Store nobody is told.
	alone, err := credentials.Data{}.Update(t.Context(), map[string]any{"a": "b"})
	require.NoError(t, err)
	require.Equal(t, "b", alone.Text("a"))
}

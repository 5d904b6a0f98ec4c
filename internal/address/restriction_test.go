package address_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/address"
)

func TestRestriction(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mode, domains, host string
		allowed             bool
		err                 string
	}{
		"none said":          {"", "", "a.example", true, ""},
		"all":                {"all", "other.example", "a.example", true, ""},
		"listed":             {"domains", "b.example, A.example.", "a.EXAMPLE.:80", true, ""},
		"not listed":         {"domains", "b.example", "a.example", false, ""},
		"below":              {"domains", "*.example.com", "x.example.com", true, ""},
		"not below":          {"domains", "*.example.com", "example.com", false, ""},
		"ends alike":         {"domains", "*.example.com", "evilexample.com", false, ""},
		"nothing but commas": {"domains", ",", "a.example", false, ""},
		"a lone star":        {"domains", "*.", "a.example", false, ""},
		"empty":              {"domains", " ", "a.example", false, "No allowed domains specified"},
		"nowhere":            {"none", "", "a.example", false, "configured to prevent use"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := address.Restrict(credentials.New(credentials.Ref{}, map[string]any{"allowedHttpRequestDomains": c.mode, "allowedDomains": c.domains}))
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			refusal := r.Refusal(&url.URL{Scheme: "http", Host: c.host})
			require.Equal(t, c.allowed, refusal == "", refusal)
		})
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"http://a.example", "http://A.example:80/x", true},
		{"https://a.example", "https://a.example:443", true},
		{"http://a.example", "https://a.example", false},
		{"http://a.example", "http://a.example:8080", false},
		{"http://a.example", "http://b.example", false},
	} {
		a, err := url.Parse(c.a)
		require.NoError(t, err)
		b, err := url.Parse(c.b)
		require.NoError(t, err)
		require.Equal(t, c.same, address.SameOrigin(a, b), "%s %s", c.a, c.b)
	}
}

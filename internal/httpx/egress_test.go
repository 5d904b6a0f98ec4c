package httpx_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/httpx"
)

func TestHost(t *testing.T) {
	t.Parallel()
	some := httpx.Policy{AllowedHosts: []string{"api.example.com", "*.directus.app", "10.0.0.1"}}
	for name, c := range map[string]struct {
		policy httpx.Policy
		host   string
		ok     bool
	}{
		"anything by default":     {httpx.Policy{}, "example.com", true},
		"loopback by default":     {httpx.Policy{}, "127.0.0.1", true},
		"metadata never":          {httpx.Policy{}, "169.254.169.254", false},
		"metadata in IPv6":        {httpx.Policy{}, "::ffff:169.254.169.254", false},
		"metadata in brackets":    {httpx.Policy{}, "[fe80::1%25eth0]", false},
		"link-local v6":           {httpx.Policy{}, "fe80::1", false},
		"link-local if asked for": {httpx.Policy{AllowLinkLocal: true}, "169.254.169.254", true},
		"listed":                  {some, "api.example.com", true},
		"case and dot":            {some, "API.Example.com.", true},
		"below":                   {some, "acme.directus.app", true},
		"the domain itself":       {some, "directus.app", false},
		"a name that ends alike":  {some, "evildirectus.app", false},
		"not listed":              {some, "example.com", false},
		"listed address":          {some, "10.0.0.1", true},
		"private":                 {httpx.Policy{DenyPrivate: true}, "10.0.0.1", false},
		"public":                  {httpx.Policy{DenyPrivate: true}, "93.184.216.34", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.policy.Host(c.host)
			if c.ok {
				require.NoError(t, err)
				return
			}
			var refused *httpx.RefusedError
			require.ErrorAs(t, err, &refused)
			var dial *net.OpError
			require.ErrorAs(t, err, &dial)
			require.Equal(t, "dial", dial.Op, "a refusal must look as what it is: nothing was sent")
		})
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	deny := httpx.Policy{DenyPrivate: true}
	for _, a := range []string{
		"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "0.0.0.0", "0.1.2.3", "100.64.0.1", "198.18.0.1", "224.0.0.1",
		"240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b::a00:1", "::7f00:1", "64:ff9b:1::1",
	} {
		require.Error(t, deny.Address(netip.MustParseAddr(a)), a)
	}
	for _, a := range []string{"93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"} {
		require.NoError(t, deny.Address(netip.MustParseAddr(a)), a)
	}
}

func TestTransportChecksResolvedAddresses(t *testing.T) {
	t.Parallel()
	served := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served = true }))
	t.Cleanup(server.Close)
	// A name that resolves to loopback, as a hostile one would.
	url := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	_, err := get(t, httpx.Policy{DenyPrivate: true}.Transport(nil), url)
	var refused *httpx.RefusedError
	require.ErrorAs(t, err, &refused)
	require.False(t, served)

	res, err := get(t, httpx.Policy{}.Transport(nil), server.URL)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.True(t, served)
}

func TestTransportHoldsRedirectsToThePolicy(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.RedirectHandler("http://elsewhere.example/", http.StatusFound))
	t.Cleanup(server.Close)
	_, err := get(t, httpx.Policy{AllowedHosts: []string{"127.0.0.1"}}.Transport(nil), server.URL)
	var refused *httpx.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "elsewhere.example", refused.Host)
}

func TestTransportChecksHostsOfAnotherTransportToo(t *testing.T) {
	t.Parallel()
	base := roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("sent") })
	policy := httpx.Policy{AllowedHosts: []string{"allowed.example"}}
	_, err := get(t, policy.Transport(base), "http://allowed.example")
	require.ErrorContains(t, err, "sent")
	_, err = get(t, policy.Transport(base), "http://other.example")
	require.ErrorContains(t, err, "requests to other.example are not allowed")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func get(t *testing.T, rt http.RoundTripper, url string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	t.Cleanup((&http.Client{Transport: rt}).CloseIdleConnections)
	return (&http.Client{Transport: rt}).Do(req)
}

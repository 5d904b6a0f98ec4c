package address

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
)

// SameOrigin reports whether two URLs have scheme, host and port in common.
func SameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		if p := u.Port(); p != "" {
			return p
		}
		return map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// Restriction is which hosts a credential may be sent to. The zero Restriction is all.
type Restriction struct {
	list    string // as the credential has it; empty: all
	domains []string
}

// Restrict reads the Restriction of a credential. It fails, in n8n's words, where it may not be sent anywhere, or says nothing of where.
func Restrict(d credentials.Data) (Restriction, error) {
	switch d.Text("allowedHttpRequestDomains") {
	case "none":
		return Restriction{}, node.NewOperationError("This credential is configured to prevent use within an HTTP Request or GraphQL node", "")
	case "domains":
	default:
		return Restriction{}, nil
	}
	r := Restriction{list: strings.TrimSpace(d.Text("allowedDomains"))}
	if r.list == "" {
		return r, node.NewOperationError("No allowed domains specified. Configure allowed domains or change restriction setting.", "")
	}
	for domain := range strings.SplitSeq(r.list, ",") {
		if domain = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(domain)), "."); domain != "" {
			r.domains = append(r.domains, domain)
		}
	}
	return r, nil
}

// Refusal says, in n8n's words, why the credential may not be sent to a URL; empty where it may.
func (r Restriction) Refusal(u *url.URL) string {
	if r.list == "" {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	for _, domain := range r.domains {
		below, any := strings.CutPrefix(domain, "*.")
		if !any && host == domain || any && below != "" && strings.HasSuffix(host, "."+below) {
			return ""
		}
	}
	return fmt.Sprintf("Domain not allowed: This credential is restricted from accessing %s. Only the following domains are allowed: %s", u.Host, r.list)
}

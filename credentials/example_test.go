package credentials_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/nate-go/nate/credentials"
)

// vault is a resolver of one's own: it asks a secret manager for credentials by the id that they have in n8n.
type vault map[string]string

func (v vault) Resolve(_ context.Context, ref credentials.Ref) (credentials.Data, error) {
	token, ok := v[ref.Type+"/"+ref.ID]
	if !ok {
		return credentials.Data{}, &credentials.NotFoundError{Ref: ref, Searched: []string{"the vault"}}
	}
	return credentials.New(ref, map[string]any{"url": "https://directus.example.com", "accessToken": token}), nil
}

func ExampleResolver() {
	var resolver credentials.Resolver = vault{"directusApi/ivtXcsGK": "from-the-vault"}
	d, err := resolver.Resolve(context.Background(), credentials.Ref{Type: "directusApi", ID: "ivtXcsGK", Name: "Directus account"})
	fmt.Println(d, err)
	fmt.Println(d.Text("url"))

	_, err = resolver.Resolve(context.Background(), credentials.Ref{Type: "directusApi", ID: "9"})
	fmt.Println(err)
	// Output:
	// credential "Directus account" (directusApi) <nil>
	// https://directus.example.com
	// there is no directusApi credential with id "9": looked in the vault, which has none at all
}

func ExampleChain() {
	exported := `[{"id": "ivtXcsGK", "name": "Directus account", "type": "directusApi", "data": {"url": "https://file.example.com"}}]`
	file, err := credentials.Parse("creds.json", []byte(exported))
	if err != nil {
		fmt.Println(err)
		return
	}
	variables := map[string]string{"NATE_CREDENTIAL_DIRECTUSAPI_URL": "https://env.example.com"}
	env := credentials.Env(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}))

	resolver := credentials.Chain(file, env)
	for _, id := range []string{"ivtXcsGK", "another"} {
		d, err := resolver.Resolve(context.Background(), credentials.Ref{Type: "directusApi", ID: id})
		fmt.Println(d.Text("url"), err)
	}
	// Output:
	// https://file.example.com <nil>
	// https://env.example.com <nil>
}

func ExampleValues() {
	resolver := credentials.Values(
		credentials.New(credentials.Ref{Type: "directusApi", Name: "Staging"}, map[string]any{"url": "https://staging.example.com"}),
	)
	_, err := resolver.Resolve(context.Background(), credentials.Ref{Type: "directusApi", Name: "Production"})
	var missing *credentials.NotFoundError
	if errors.As(err, &missing) {
		missing.Hint = "add it in main.go"
	}
	fmt.Println(err)
	// Output:
	// there is no directusApi credential with name "Production": looked in values in code, which has "Staging" (directusApi) (add it in main.go)
}

func ExampleDirectusAPI() {
	directus := credentials.DirectusAPI()
	d := credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{"url": "https://directus.example.com", "accessToken": "s3cret"})
	if err := directus.Check(d); err != nil {
		fmt.Println(err)
		return
	}
	req, _ := http.NewRequest(http.MethodGet, d.Text("url")+"/users/me", nil)
	if err := directus.Authenticate(req, d); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(req.Header.Get("Authorization"), "from", d)
	// Output:
	// Bearer s3cret from credential (directusApi)
}

// tokenVault is a vault that keeps the tokens of OAuth2: one that a server has exchanged is there for the next process.
type tokenVault struct {
	sync.Mutex
	credential credentials.Data
}

func (v *tokenVault) Resolve(context.Context, credentials.Ref) (credentials.Data, error) {
	v.Lock()
	defer v.Unlock()
	return v.credential, nil
}

func (v *tokenVault) Update(_ context.Context, d credentials.Data) error {
	v.Lock()
	defer v.Unlock()
	v.credential = d // or write d.Value("oauthTokenData") to where it belongs
	return nil
}

func ExampleStore() {
	ref := credentials.Ref{Type: "oAuth2Api", ID: "1"}
	vault := &tokenVault{credential: credentials.New(ref, map[string]any{"clientId": "id", "oauthTokenData": map[string]any{"refresh_token": "first"}})}
	resolver := credentials.Chain(vault) // as runtime.WithCredentials makes one

	// What the HTTP Request node does when a server has refreshed the token.
	d, _ := resolver.Resolve(context.Background(), ref)
	if _, err := d.Update(context.Background(), map[string]any{"oauthTokenData": map[string]any{"refresh_token": "second"}}); err != nil {
		fmt.Println(err)
	}

	d, _ = resolver.Resolve(context.Background(), ref)
	fmt.Println(d.Value("oauthTokenData"))
	// Output:
	// map[refresh_token:second] true
}

// A credential type as n8n's packages have it, put on a request.
func ExampleParseType() {
	shop, err := credentials.ParseType([]byte(`{"name": "shopApi", "displayName": "Shop", "extends": ["accountApi"], "properties": [],
		"authenticate": {"type": "generic", "properties": {"headers": {"Authorization": "=Bearer {{ $credentials.token }}"}, "qs": {"v": 2}}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	account, err := credentials.ParseType([]byte(`{"name": "accountApi", "properties": [
		{"displayName": "Token", "name": "token", "type": "string", "typeOptions": {"password": true}, "default": ""}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	shop = credentials.Inherit([]credentials.Type{shop}, account)[0]

	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://shop.example.com/orders", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := shop.Authenticate(req, credentials.New(credentials.Ref{Type: "shopApi"}, map[string]any{"token": "t0k3n"})); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(req.URL, req.Header.Get("Authorization"), shop.Properties[0].Name)
	// Output:
	// https://shop.example.com/orders?v=2 Bearer t0k3n token
}

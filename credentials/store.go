package credentials

import (
	"context"
	"maps"
)

// Store is a Resolver that keeps what changes in a credential while it is used: the tokens of OAuth2, which servers exchange, often for
// good. One that stands in a Chain is told as well.
type Store interface {
	Resolver
	// Update is told the values that a credential, which Resolve has returned, has now. d has all of them, the changed ones among them:
	// Value("oauthTokenData"). It is called before the new token is used, once for each token, from any goroutine. After an error the
	// node that asked for the token fails for its item with that error as the cause; the token stays in memory for the next request.
	Update(ctx context.Context, d Data) error
}

// Update returns the credential with some of its values replaced, and tells the Store that it came from, if it came from one. With an
// error, which is the Store's, it returns the new Data all the same. d itself stays as it is.
func (d Data) Update(ctx context.Context, values map[string]any) (Data, error) {
	all := maps.Clone(d.all())
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, values)
	changed := d.with(all)
	if d.store == nil {
		return changed, nil
	}
	return changed, d.store.Update(ctx, changed)
}

// storedIn notes which Store is to be told of changes; the one that is nearest to the credential, where several hand it on.
func (d Data) storedIn(r Resolver) Data {
	if s, ok := r.(Store); ok && d.store == nil {
		d.store = s
	}
	return d
}

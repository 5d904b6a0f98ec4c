package nate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// TestRealDirectus runs the example workflow against a real Directus: the token is swapped for a new pair, the new one works
// in turn, and the used one is refused.
func TestRealDirectus(t *testing.T) {
	url := os.Getenv("NATE_DIRECTUS_URL")
	if url == "" {
		t.Skip("NATE_DIRECTUS_URL is not set (make test-directus starts a real Directus)")
	}
	w, err := workflows.LoadOne("workflows/directus-refresh-token.json")
	require.NoError(t, err)
	resolver := credentials.Values(credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{
		"url": url, "accessToken": os.Getenv("NATE_DIRECTUS_TOKEN"),
	}))
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(resolver))
	require.NoError(t, err)
	refresh := func(token string) *runtime.Result {
		result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{node.ItemOf("refresh_token", token)}})
		require.NoError(t, err)
		return result
	}

	first := login(t, url)
	result := refresh(first)
	require.Equal(t, runtime.StatusSuccess, result.Status, "%+v", result.Error)
	tokens := result.LastItems()[0].JSON
	require.ElementsMatch(t, []string{"access_token", "expires", "refresh_token"}, tokens.Keys())
	second, _ := tokens.Get("refresh_token")
	require.NotEqual(t, first, second)
	require.Equal(t, runtime.StatusSuccess, refresh(second.(string)).Status)

	result = refresh(first)
	require.Equal(t, runtime.StatusError, result.Status)
	require.Equal(t, "Invalid refresh token", result.Error.Message)
	require.Equal(t, "401", result.Error.HTTPCode)
}

func login(t *testing.T, url string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"email": os.Getenv("NATE_DIRECTUS_EMAIL"), "password": os.Getenv("NATE_DIRECTUS_PASSWORD")})
	require.NoError(t, err)
	res, err := http.Post(url+"/auth/login", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	var answer struct {
		Data struct {
			RefreshToken string `json:"refresh_token"`
		}
	}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&answer))
	require.NotEmpty(t, answer.Data.RefreshToken)
	return answer.Data.RefreshToken
}

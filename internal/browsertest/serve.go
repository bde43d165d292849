package browsertest

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// File is what the browser gets at a path.
type File struct {
	Type string // Content-Type, as it is sent
	Data []byte
}

// Serve makes files reachable for the browser until the test ends, each at its path,
// and nothing else. The policy is the Content-Security-Policy of all of them; without
// one each page has its own. What comes back is the address of the path "/".
func Serve(t testing.TB, files map[string]File, policy string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", file.Type)
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		_, _ = w.Write(file.Data) // a browser that went away
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/"
}

// Package oauth gets access tokens by OAuth 2.0 for programs without a server of their own: by a browser on this computer that comes
// back to a loopback address (RFC 8252, with PKCE, RFC 7636), or by a code that is typed into a browser anywhere (RFC 8628). Tokens
// are renewed when they are about to expire. The package writes nothing anywhere; a refresh token is kept only by who asks for it.
package oauth

/**
 * The policy of our own pages. Scripts come from our own folder only: no inline, no eval.
 * `connect-src` takes any WebSocket, because the address of the SIP socket is known only after the sign-in, when the policy
 * of the page has long been fixed (docs/decisions/desktop-host.md). HTTP goes to the server alone.
 */
export function contentSecurityPolicy(serverUrl: string): string {
  // Empty while nobody has said where the server is.
  const server = serverUrl === '' ? [] : [new URL(serverUrl).origin]
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    // Mantine sets sizes by style attributes and its variables by a style element.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'", 'data:'],
    'media-src': ["'self'", 'blob:', 'data:', 'mediastream:', ...server],
    'connect-src': ["'self'", ...server, 'ws:', 'wss:'],
    'worker-src': ["'self'", 'blob:'],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}

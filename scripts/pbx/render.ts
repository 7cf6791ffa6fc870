/** Puts the values in for the `@WORD@`s. A word without a value is an error: Asterisk would take it for text. */
export function renderTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z][A-Z0-9_]*)@/g, (_, word: string) => {
    const value = values[word]
    if (value === undefined) throw new Error(`the template asks for @${word}@, which has no value`)
    return value
  })
}

/** The endpoints, built on the templates of pjsip.conf: 1XXX operators (WebRTC), the rest customers (UDP). */
export function endpointsConf(extensions: readonly { extension: string; sipPassword: string }[]): string {
  return extensions
    .map(({ extension, sipPassword }) => {
      const kind = extension.startsWith('1') ? 'operator' : 'customer'
      return [
        `[${extension}](${kind})`,
        `callerid = ${extension} <${extension}>`,
        `aors = ${extension}`,
        `auth = ${extension}`,
        `[${extension}](${kind}-aor)`,
        `[${extension}](login)`,
        `username = ${extension}`,
        `password = ${sipPassword}`,
        '',
      ].join('\n')
    })
    .join('\n')
}

/**
 * Asterisk never offers 127.x to a browser, only the machine's other addresses, on which its media does not listen. So the
 * first of those is shown as 127.0.0.1 and the rest are left out; should it go away, so does all sound. With none there is
 * nothing to show: no WebRTC audio.
 */
export function iceConf(addresses: readonly string[]): string {
  const [first, ...rest] = [...new Set(addresses)].filter((address) => !address.startsWith('127.'))
  const denied = rest.map((address) => `ice_deny = ${address}/32`)
  const mapped = first === undefined ? [] : [`${first} => 127.0.0.1`]
  return [...denied, '[ice_host_candidates]', ...mapped].join('\n')
}

/** The device of the default route, out of Linux's /proc/net/route. */
export function defaultRouteDevice(routes: string): string | null {
  const line = routes.split('\n').find((each) => each.split('\t')[1] === '00000000')
  return line?.split('\t')[0] ?? null
}

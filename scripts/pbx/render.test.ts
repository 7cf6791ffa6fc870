import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultRouteDevice, endpointsConf, iceConf, renderTemplate } from './render.ts'

describe('renderTemplate', () => {
  it('fills in every word, also twice and next to other text', () => {
    expect(renderTemplate('bind = @BIND@:@PORT@\n; @BIND@', { BIND: '127.0.0.1', PORT: '5' })).toBe(
      'bind = 127.0.0.1:5\n; 127.0.0.1',
    )
  })
  it('takes a value as it is, with signs that mean something to a replacement', () => {
    expect(renderTemplate('@A@', { A: '$& $1 @B@' })).toBe('$& $1 @B@')
  })
  it('leaves addresses and small letters alone', () => {
    const text = 'mail me@example.org or sip:1001@host @small@'
    expect(renderTemplate(text, {})).toBe(text)
  })
  it('fails on a word without a value', () => {
    expect(() => renderTemplate('port = @NO_SUCH_WORD@', { BIND: 'x' })).toThrow('@NO_SUCH_WORD@')
  })
})

describe('endpointsConf', () => {
  it('makes operators of 1XXX and customers of the rest', () => {
    const text = endpointsConf([
      { extension: '1001', sipPassword: 'one' },
      { extension: '2001', sipPassword: 'two' },
    ])
    expect(text).toContain(
      '[1001](operator)\ncallerid = 1001 <1001>\naors = 1001\nauth = 1001\n[1001](operator-aor)\n[1001](login)\nusername = 1001\npassword = one',
    )
    expect(text).toContain('[2001](customer)')
    expect(text).toContain('[2001](customer-aor)')
  })
})

describe('iceConf', () => {
  it('shows the first outside address as 127.0.0.1 and denies the rest', () => {
    expect(iceConf(['127.0.0.1', '192.0.2.9', '192.0.2.10', '192.0.2.9'])).toBe(
      'ice_deny = 192.0.2.10/32\n[ice_host_candidates]\n192.0.2.9 => 127.0.0.1',
    )
  })
  it('maps nothing on a machine with nothing but loopback', () => {
    expect(iceConf(['127.0.0.1'])).toBe('[ice_host_candidates]')
  })
})

describe('defaultRouteDevice', () => {
  const head = 'Iface\tDestination\tGateway\tFlags\n'
  const lab = 'veth7\t0000400A\t00000000\t0001\n'
  it('is the one that leads everywhere', () => {
    expect(defaultRouteDevice(`${head}${lab}eth0\t00000000\t010200C0\t0003\n`)).toBe('eth0')
  })
  it('is none without a default route', () => {
    expect(defaultRouteDevice(`${head}${lab}`)).toBeNull()
  })
})

describe('the templates', () => {
  it('never put the strategy of a queue into the queue template, where app_queue would take it for all', () => {
    const text = readFileSync(join(import.meta.dirname, '../../resources/pbx/conf/queues.conf'), 'utf8')
    const template = text.slice(text.indexOf('[queue](!)'), text.indexOf('[701]'))
    expect(template).not.toMatch(/^strategy/m)
    expect(text.match(/^strategy = rrmemory$/gm)).toHaveLength(2)
  })
  it('hold no secret', () => {
    const folder = join(import.meta.dirname, '../../resources/pbx/conf')
    for (const name of readdirSync(folder)) {
      const secrets = [...readFileSync(join(folder, name), 'utf8').matchAll(/^(?:secret|password)\s*=\s*(.*)$/gm)].map(
        (match) => match[1],
      )
      for (const secret of secrets) expect(secret, name).toMatch(/^@[A-Z_]+@$/)
    }
  })
})

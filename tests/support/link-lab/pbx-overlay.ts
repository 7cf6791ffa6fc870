import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../pbx.ts'
import { musicToneHz } from './tones.ts'
import { writeTone } from './wave-file.ts'

/** The number outside callers dial for the stock phone, which belongs to nobody and is in no queue. */
export const stockNumber = '+74950000900'
export const stockExtension = '1009'
/** Ring an operator's phone without a queue, which would not send a second call. */
export const directNumbers = {
  anna: { number: '+74950000911', extension: '1001' },
  boris: { number: '+74950000912', extension: '1002' },
  vera: { number: '+74950000913', extension: '1003' },
} as const
/** What operators dial to reach a person outside: `Customers.expectCall`. */
export const outsideExtension = '3001'

const conf = (name: string) => readFileSync(join(project, 'resources/pbx/conf', name), 'utf8')

/** Replaces a text that has to be there: the lab must not measure another configuration than the product's by oversight. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the product’s PBX configuration has no "${from}" any more`)
  return text.replace(from, to)
}

/**
 * The product's configuration with what the lab's network makes necessary: operators' media on the lab's address, TLS
 * beside plain HTTP, the stock phone's number, and music of one tone.
 */
export function writePbxOverlay(options: { folder: string; address: string; tlsPort: number }): string {
  const folder = join(options.folder, 'pbx-conf')
  mkdirSync(folder)
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

  const fixtures = join(project, 'tests/fixtures')
  write(
    'http.conf',
    `${conf('http.conf')}\ntlsenable = yes\ntlsbindaddr = @BIND@:${options.tlsPort}\n` +
      `tlscertfile = ${join(fixtures, 'self-signed-cert.pem')}\ntlsprivatekey = ${join(fixtures, 'self-signed-key.pem')}\n`,
  )
  write(
    'rtp.conf',
    replaced(conf('rtp.conf'), '@ICE@', `ice_deny = 0.0.0.0/0\nice_deny = ::/0\nice_permit = ${options.address}/32\n`),
  )
  const operator = '[operator](!)'
  const [before = '', after = ''] = conf('pjsip.conf').split(operator)
  write(
    'pjsip.conf',
    `${before}[transport-wss]\ntype = transport\nprotocol = wss\nbind = @BIND@\n\n${operator}` +
      replaced(after, 'media_address = 127.0.0.1', `media_address = ${options.address}`),
  )
  const music = join(options.folder, 'music')
  mkdirSync(music)
  // Long: each beginning of a file takes a moment.
  writeTone(join(music, 'tone.wav'), { hz: musicToneHz, seconds: 300, rate: 8_000 })
  write('musiconhold.conf', `[default]\nmode = files\ndirectory = ${music}\n`)
  const ring = ({ number, extension }: { number: string; extension: string }) =>
    `exten => ${number},1,Goto(extensions,${extension},1)\n`
  const stockPhone = { number: stockNumber, extension: stockExtension }
  const withDids = replaced(
    conf('extensions.conf'),
    '[dids]\n',
    `[dids]\n${[stockPhone, ...Object.values(directNumbers)].map(ring).join('')}`,
  )
  write(
    'extensions.conf',
    replaced(
      withDids,
      '[extensions]\n',
      `[extensions]\nexten => ${outsideExtension},1,Dial(PJSIP/+7916000${outsideExtension}@trunk,30,tT)\n`,
    ),
  )
  return folder
}

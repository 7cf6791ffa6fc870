import { readFileSync } from 'node:fs'
import { z } from 'zod'

const port = z.int().min(1).max(65535)

/** What the demo PBX says about itself in `<work>/pbx.json`. Holds secrets: the file has mode 0600. */
export const pbxFileSchema = z.object({
  host: z.string().min(1),
  amiPort: port,
  amiUser: z.string().min(1),
  amiSecret: z.string().min(1),
  ariUser: z.string().min(1),
  ariSecret: z.string().min(1),
  /** HTTP and WebSocket: ARI, SIP over WebSocket. */
  httpPort: port,
  sipPort: port,
  /** The address a browser's softphone connects to, with the subprotocol `sip`. */
  socketUrl: z.url(),
  sipDomain: z.string().min(1),
  /**
   * Recordings: `<uniqueid>.wav` is mixed, `<uniqueid>-customer.wav` and `<uniqueid>-operator.wav` hold one side each,
   * all three equally long. The CDR's userfield has the path of the mixed file.
   */
  recordingsDir: z.string().min(1),
  /** `queue_log`, `cdr-csv/Master.csv`, `master.db` (tables `cdr` and `cel`), `messages.log`. */
  logDir: z.string().min(1),
  extensions: z.array(z.object({ extension: z.string().min(1), sipPassword: z.string().min(1) })),
  queues: z.array(z.object({ number: z.string().min(1) })),
})

export type PbxFile = z.infer<typeof pbxFileSchema>

/** Throws with one clear line when the file is missing or is not a PBX file. */
export function readPbxFile(path: string): PbxFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`${path} cannot be read: is the demo PBX running (npm run pbx)?`, { cause })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Error(`${path} is not JSON: delete it and start the demo PBX again.`, { cause })
  }
  const parsed = pbxFileSchema.safeParse(json)
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw new Error(`${path} is not a PBX file (wrong: ${where}): delete it and start the demo PBX again.`)
  }
  return parsed.data
}

// npm run pbx: the demo PBX alone, until Ctrl-C.
import { demoPbx } from './pbx/demo-pbx.ts'
import { PbxError } from './pbx/pbx-error.ts'

const ending = new AbortController()
const log = (line: string): void => console.log(line)

try {
  const pbx = demoPbx({ env: process.env, log })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      ending.abort()
      void pbx.stop()
    })
  }
  await pbx.fetch((line) => log(`Asterisk: ${line}`), ending.signal)
  pbx.onExit((reason) => {
    console.error(`Asterisk ended by itself (${reason}); its log is in ${pbx.file.logDir}/messages.log.`)
    process.exitCode = 1
  })
  const file = await pbx.start()
  log(
    [
      `Asterisk runs. Ctrl-C ends it.`,
      `  softphones in a browser  ${file.socketUrl} (1001-1010)`,
      `  SIP phones               ${file.host}:${file.sipPort}, UDP and TCP (2001-2010)`,
      `  AMI                      ${file.host}:${file.amiPort}, user ${file.amiUser}`,
      `  queues                   ${file.queues.map((queue) => queue.number).join(', ')}; echo 600`,
      `  passwords and folders    ${pbx.filePath}`,
    ].join('\n'),
  )
} catch (error) {
  if (!ending.signal.aborted) {
    console.error(error instanceof PbxError ? error.message : error)
    process.exitCode = 1
  }
}

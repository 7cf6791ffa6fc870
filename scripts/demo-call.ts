// npm run demo:call [-- --queue 702 --number +79161234567 --name "Имя"]: a demo customer calls a queue of the demo PBX.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { systemClock } from '../server/clock.ts'
import { demoCustomers } from '../server/demo/index.ts'
import { createTelephony, demoCallRequest, type OneTelephony } from '../server/telephony/index.ts'
import { type PbxFile, readPbxFile } from '../server/telephony/pbx-file.ts'
import { pbxSettings } from './pbx/settings.ts'
import { pbxFilePath } from './pbx/work-folder.ts'

const usage = 'npm run demo:call [-- --queue 701|702 --number +79161234567 --name "Имя Фамилия"]'

/** A number of the demo data, so that the card opens with a customer. */
function someCustomer(): string {
  return demoCustomers[Math.floor(Math.random() * demoCustomers.length)]?.phones[0] ?? ''
}

/** Resolves when signed in, rejects at the first failure: nobody waits here for an Asterisk that comes back. */
async function signIn(telephony: OneTelephony, file: PbxFile): Promise<void> {
  const { host, amiPort: port, amiUser: user, amiSecret: secret } = file
  await new Promise<void>((done, fail) => {
    telephony.onStatus(({ state, problem }) => {
      if (state === 'up') done()
      else if (problem !== null)
        fail(new Error(`Asterisk does not answer on ${host}:${port} (${problem}): start it with npm start or npm run pbx.`))
    })
    telephony.use({ host, port, user, secret })
  })
}

try {
  const { values } = parseArgs({
    options: {
      queue: { type: 'string', default: '701' },
      number: { type: 'string' },
      name: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  const number = values.number ?? someCustomer()
  if (!/^\+?\d{3,15}$/.test(number)) throw new Error(`"${number}" is not a phone number. ${usage}`)
  const path = process.env['CALLSYNC_PBX_FILE'] || pbxFilePath(pbxSettings(resolve(import.meta.dirname, '..'), process.env).work)
  const file = readPbxFile(path)
  if (!file.queues.some((queue) => queue.number === values.queue))
    throw new Error(`There is no queue ${values.queue}: ${file.queues.map((queue) => queue.number).join(' or ')}.`)
  const telephony = createTelephony({ clock: systemClock, random: Math.random, logger: pino({ level: 'silent' }) })
  try {
    await signIn(telephony, file)
    await telephony.commands.originate(demoCallRequest({ queue: values.queue, number, name: values.name }))
    console.log(`${number} calls queue ${values.queue}.`)
  } finally {
    await telephony.stop()
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

import type { AmiAction } from '../../../server/telephony/ami-connection.ts'
import type { Carrier } from '../carrier.ts'
import type { ScriptedPhone } from '../scripted-phone.ts'

export interface Stage {
  phone(extension: string): ScriptedPhone
  /** Another socket of the same extension. */
  connect(extension: string): Promise<ScriptedPhone>
  action(action: AmiAction): Promise<unknown>
  /** Name of the channel whose name begins so: the oldest, of a Local pair the near half. */
  channel(beginning: string): Promise<string>
  /** Unique id of the youngest channel whose name begins so. */
  uniqueid(beginning: string): Promise<string>
  /** The other end of the trunk; started when first asked for. */
  carrier(): Promise<Carrier>
  /** Waits until nothing more comes and asks Asterisk for everything it has. */
  snapshot(): Promise<void>
}

export interface Scenario {
  readonly phones: readonly string[]
  run(stage: Stage): Promise<void>
}

const customer = '"Пётр Иванов" <+79161234567>'

const originate = (exten: string): AmiAction => ({
  action: 'Originate',
  channel: 'Local/s@demo-customer',
  context: 'internal',
  exten,
  priority: '1',
  callerid: customer,
  async: 'true',
})

/** A customer calls a queue or an extension and stays on the line. */
export async function callIn(stage: Stage, exten: string): Promise<void> {
  // known to all, so that a scenario can hang up or redirect the customer
  await stage.action({ ...originate(exten), channelid: 'customer', otherchannelid: 'customer-2' })
}

/** As `callIn`, with unique ids of Asterisk's own: ids that are chosen count as older than any other. */
export const callInLater = (stage: Stage, exten: string): Promise<unknown> => stage.action(originate(exten))

export const hangUpCustomer = (stage: Stage) =>
  stage.action({ action: 'Hangup', channel: '/^Local/s@demo-customer.*/', cause: '16' })

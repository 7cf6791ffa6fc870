import { setTimeout as delay } from 'node:timers/promises'
import type { AmiAction } from '../../../server/telephony/ami-connection.ts'
import type { Carrier, CarrierCall } from '../carrier.ts'
import type { ScriptedPhone } from '../scripted-phone.ts'

/** A real Asterisk with its carrier, phones and a clock that nobody can hurry. */
export interface LedgerStage {
  phone(extension: string): ScriptedPhone
  action(action: AmiAction): Promise<unknown>
  /** Name of the oldest channel whose name begins so; of a Local pair the near half. */
  channel(beginning: string): Promise<string>
  /** Unique id of a channel. */
  uniqueid(channel: string): Promise<string>
  carrier: Carrier
  /** kill -9, then Asterisk starts again. */
  killPbx(): Promise<void>
}

export interface LedgerScenario {
  readonly about: string
  readonly phones: readonly string[]
  /** The PBX's own clock when the scenario begins, and its zone; the carrier and the phones have today's. */
  readonly clock?: { readonly at: string; readonly timeZone: string }
  /** What only AMI tells is recorded too, as the server keeps it: holds. */
  readonly heard?: true
  run(stage: LedgerStage): Promise<void>
}

/** What the dialplan of the demo has no number for. */
export const ledgerDialplan: readonly string[] = [
  ...['701', '702', '703', '704', '705', '706', '707', '708', '709', '710', '711', '712', '713'].map(
    (queue) => `+74950000${queue},1,Goto(ledger,${queue},1) into dids`,
  ),
  ...['701', '702', '703', '704', '705', '708', '709', '711', '712'].flatMap((queue) => [
    `${queue},1,Answer() into ledger`,
    `${queue},2,Queue(${queue},tTk,,,60) into ledger`,
    `${queue},3,Playback(vm-goodbye) into ledger`,
    `${queue},4,Hangup() into ledger`,
  ]),
  '706,1,Answer() into ledger',
  '706,2,Queue(706,tTk,,,4) into ledger',
  '706,3,Playback(vm-goodbye) into ledger',
  '706,4,Hangup() into ledger',
  // from one queue into the next, and into the same again
  '707,1,Answer() into ledger',
  '707,2,Queue(706,tTk,,,4) into ledger',
  '707,3,Queue(701,tTk,,,60) into ledger',
  '707,4,Hangup() into ledger',
  '710,1,Answer() into ledger',
  '710,2,Queue(706,tTk,,,4) into ledger',
  '710,3,Queue(706,tTk,,,4) into ledger',
  '710,4,Hangup() into ledger',
  '713,1,Goto(extensions,1001,1) into ledger',
  // for operators, who send callers on
  '712,1,Goto(ledger,712,1) into operators',
  '1,1,Playback(vm-goodbye) into queue-keys',
  '1,2,Hangup() into queue-keys',
]

export const seconds = (count: number) => delay(count * 1_000)
export const from = '+79165550101'
export const callIn = (stage: LedgerStage, queue: string): Promise<CarrierCall> =>
  stage.carrier.call({ from, to: `+74950000${queue}`, play: null })
export const caller = (stage: LedgerStage) => stage.channel('PJSIP/trunk-')
export const place = (channel: string, context: string, exten: string) => ({ channel, context, exten, priority: '1' })

/** The caller waits in 701 and 1001 answers after a second. */
export async function answered(stage: LedgerStage, queue = '701') {
  const call = await callIn(stage, queue)
  const ring = await stage.phone('1001').incoming()
  await seconds(1)
  await ring.answer()
  return { call, ring }
}

export async function consult(stage: LedgerStage, number: string, by: string) {
  const { call, ring } = await answered(stage)
  await seconds(2)
  await ring.hold()
  const second = stage.phone('1001').call(number)
  const asked = await stage.phone(by).incoming()
  await seconds(1)
  await asked.answer()
  await second.answered
  await seconds(2)
  return { call, ring, second, asked }
}

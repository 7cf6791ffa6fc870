import { pino } from 'pino'
import { type CallsRig, callOf, legOf, openCallsRig, queueOf } from '../calls/fixture.ts'
import { RecordingRules, SurveyedQueues } from '../settings/index.ts'
import { watched } from '../store/fixture.ts'
import type { FakeTelephony } from '../telephony/fake-telephony.ts'
import { isSpyUniqueid } from '../telephony/index.ts'
import type { PbxCall, PbxParticipant } from '../telephony/pbx-state.ts'
import type { PbxChannel } from '../telephony/telephony.ts'
import { createCallControl } from './index.ts'

/** For tests: Anna (1001) talks with a customer of queue 701 and, on a second line, with a number she dialled. */
export interface ControlRig extends CallsRig {
  readonly rules: RecordingRules
  readonly surveyed: SurveyedQueues
  readonly control: ReturnType<typeof createCallControl>
  /** As a server that starts while the calls go on. */
  restartControl(): void
  /** Everything that is under way without a timer has been done. */
  flush(): Promise<void>
  lackContext(name: string): void
}

const up = { state: 'up', answeredAtMs: 1 } as const

export const channel = (uniqueid: string, name: string, more: Partial<PbxChannel> = {}): PbxChannel => ({
  uniqueid,
  name,
  endpoint: null,
  linkedid: uniqueid,
  bridge: null,
  kind: isSpyUniqueid(uniqueid) ? 'spy' : 'leg',
  recording: 'none',
  ...more,
})

export const channels: readonly PbxChannel[] = [
  channel('1.0', 'PJSIP/trunk-1.0', { endpoint: 'trunk', bridge: 'b1', recording: 'on' }),
  channel('1.1', 'PJSIP/1001-1.1', { endpoint: '1001', linkedid: '1.0', bridge: 'b1' }),
  channel('2.0', 'PJSIP/1001-2.0', { endpoint: '1001', bridge: 'b2', recording: 'on' }),
  channel('2.1', 'Local/+7903@pstn-2;1', { linkedid: '2.0', bridge: 'b2' }),
]

export const inbound = (more: Partial<PbxCall> = {}): PbxCall =>
  callOf('1.0', [legOf('1.1', '1001', up)], { state: 'talking', answeredAtMs: 1, recording: 'on', ...more })

export const dialled = (more: Partial<PbxCall> = {}): PbxCall =>
  callOf('2.0', [legOf('2.0', '1001', { ...up, role: 'caller' })], {
    direction: 'outbound',
    number: '+79031112233',
    queue: null,
    queuedAtMs: null,
    state: 'talking',
    answeredAtMs: 1,
    recording: 'on',
    ...more,
  })

export async function openControlRig(): Promise<ControlRig> {
  const rig = await openCallsRig()
  const { store, clock, telephony, users, calls, close: closeCalls } = rig
  const { db, quiet } = watched(store.db)
  const rules = new RecordingRules({ db, clock })
  await rules.start()
  const logger = pino({ level: 'silent' })
  const { queueRights } = calls
  const surveyed = new SurveyedQueues({ db, clock })
  const settings = { recordingRules: rules, surveyed, queueRights }
  const deps = { db, eventDb: db, clock, telephony, users, ...settings, random: () => 0.5, logger }
  const build = () => createCallControl(deps)
  let control = build()
  control.start()
  haveContexts(telephony)
  for (const name of ['1001', '1002']) telephony.setEndpoint({ name, online: true, sinceMs: 0 })
  telephony.setQueue(queueOf('701', ['1002']))
  telephony.setQueue(queueOf('702', ['1001', '1002']))
  telephony.setChannels(channels)
  telephony.setCall(inbound())
  telephony.setCall(dialled())
  const close = async () => {
    await control.stop()
    await closeCalls()
  }
  const flush = async () => {
    for (let round = 0; round < 5; round++) await quiet()
  }
  const lackContext = (name: string) => {
    for (const key of telephony.variables.keys()) if (key.includes(`(${name},`)) telephony.variables.set(key, '0')
  }
  const restartControl = () => {
    void control.stop()
    control = build()
    control.start()
    Object.assign(made, { control })
  }
  const made = Object.assign(rig, { rules, surveyed, control, restartControl, close, flush, lackContext })
  return made
}

function haveContexts(telephony: FakeTelephony): void {
  const probes = [
    'callsync-conference,100',
    'callsync-announce,s',
    'callsync-announce-into,s',
    'callsync-leave,s',
    'callsync-transfer,+74950000600',
    'callsync-wait,1001',
  ]
  for (const probe of probes) telephony.variables.set(`DIALPLAN_EXISTS(${probe},1)`, '1')
}

export const participant = (uniqueid: string, endpoint: string | null): PbxParticipant => ({
  uniqueid,
  endpoint,
  number: '',
  callerName: '',
  muted: false,
})

/** Anna, the customer and the number she dialled. */
export const everybody = [participant('1.1', '1001'), participant('1.0', null), participant('2.1', null)]

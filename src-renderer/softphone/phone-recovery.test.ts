import { beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import type { ExtensionLock } from './extension-lock.ts'
import { defaultAudio } from './media/audio-settings.ts'
import { PhoneController } from './phone-controller.ts'
import type { FoundDialog } from './recovery/call-keeper.ts'
import type { RecentCall, SavedCall, SavedCalls } from './recovery/call-memory.ts'
import { FakeSipLink } from './sip/fake-sip-link.ts'
import type { MoveOutcome } from './sip/sip-link.ts'
import { FakeMedia } from './testing/fake-media.ts'

let link: FakeSipLink
let media: FakeMedia
let clock: ManualClock
let memory: SavedCalls | null
let recent: RecentCall[]
let found: FoundDialog[]
let lockHeld: boolean
let tellLock: (held: boolean) => void
let goOnline: (online: boolean) => void
let changeNetwork: () => void
let resume: () => void
let phone: PhoneController

function newPhone(saved: SavedCalls | null = null): void {
  const lock: ExtensionLock = {
    subscribe: (listener) => {
      tellLock = listener
      return () => undefined
    },
    start: () => tellLock(lockHeld),
    steal: () => undefined,
    stop: () => undefined,
  }
  phone = new PhoneController({
    link,
    media,
    lock,
    clock,
    chance: () => 0.5,
    audio: defaultAudio,
    storeAudio: () => undefined,
    onAudioStored: () => () => undefined,
    hints: {
      isOnline: () => true,
      onOnline: (listener) => {
        goOnline = listener
        return () => undefined
      },
      onResume: (listener) => {
        resume = listener
        return () => undefined
      },
      onNetworkChange: (listener) => {
        changeNetwork = listener
        return () => undefined
      },
    },
    memory: {
      save: (calls) => {
        memory = calls
      },
      recent: () => recent,
    },
    saved,
    givenUp: { leave: () => undefined, take: () => null },
    findDialogs: async () => found,
    newLineId: () => 'out-1',
    onLeave: () => () => undefined,
  })
}

beforeEach(() => {
  link = new FakeSipLink()
  media = new FakeMedia()
  clock = new ManualClock()
  memory = null
  recent = []
  found = []
  lockHeld = true
  newPhone()
})

const line = (id: string) => phone.store.getState().lines.find((one) => one.id === id)
const asked = () => link.asked.filter((what) => what !== 'probe')

/** Packets flow as long as `flows`. */
let flows: boolean
function listen(): void {
  flows = true
  let packets = 0
  let counted = 0
  link.onHealth = () => {
    // A new connection counts from nothing.
    if (counted !== link.moves) packets = 0
    counted = link.moves
    if (flows) packets += 5
    return { packetsReceived: packets, connection: 'connected' }
  }
}

async function talking(id = 'in-1'): Promise<void> {
  phone.start()
  await settle()
  link.incoming({ callId: id, linkedId: '10.1', legId: '10.2' })
  await phone.answer(id)
  listen()
  await clock.advance(6_000)
  link.asked.length = 0
}

const dialog = (callId: string) => ({ callId, localTag: 'l', remoteTag: 'r' })

const savedCall = (change: Partial<SavedCall> = {}): SavedCall => ({
  lineId: 'in-1',
  dialog: dialog('saved'),
  direction: 'inbound',
  number: '+79161234567',
  name: 'Ivan',
  callId: '10.1',
  legId: '10.2',
  held: false,
  muted: false,
  startedAtMs: 1_000,
  answeredAtMs: 2_000,
  ...change,
})

describe('a call whose sound stops', () => {
  it('is moved to a new connection over a new socket, and stays the same line', async () => {
    await talking()
    flows = false
    await clock.advance(1_200)
    expect(asked()).toEqual(['connect', 'register', 'move in-1 in-1@pbx.0'])
    expect(line('in-1')).toMatchObject({ phase: 'active', callId: '10.1', legId: null })
    expect(memory?.calls[0]?.dialog.callId).toBe('in-1@pbx.1')
  })

  it('is tried again until it works, on a microphone of its own each time', async () => {
    await talking()
    const outcomes = ['noPath', 'noPath', 'noAnswer', 'ok'] as const
    let tries = 0
    link.onMove = () => {
      const outcome = outcomes[tries++] ?? 'ok'
      flows = outcome === 'ok'
      return outcome
    }
    flows = false
    await clock.advance(1_000)
    expect(line('in-1')?.trouble).toBeNull()
    await clock.advance(500)
    expect(line('in-1')?.trouble).toBe('sound')
    await clock.advance(3_000)
    expect(tries).toBe(4)
    expect(line('in-1')?.trouble).toBeNull()
    expect(media.opened).toHaveLength(5)
  })

  it('is moved once more when the connection it moved to stays silent', async () => {
    await talking()
    flows = false
    await clock.advance(1_200)
    expect(link.moves).toBe(1)
    await clock.advance(2_500)
    expect(link.moves).toBe(2)
    await clock.advance(20_000)
    expect(link.moves).toBe(2)
  })

  it('is over when the PBX says so', async () => {
    await talking()
    link.onMove = () => 'gone'
    flows = false
    await clock.advance(1_500)
    expect(line('in-1')).toMatchObject({ phase: 'ended', endReason: 'endedWhileAway' })
    expect(memory?.calls).toEqual([])
  })

  it('takes the one on hold along, held', async () => {
    await talking()
    link.incoming({ callId: 'in-2', linkedId: '20.1' })
    await phone.answer('in-2')
    await clock.advance(4_000)
    link.asked.length = 0
    flows = false
    await clock.advance(2_000)
    expect(asked().filter((what) => what.startsWith('move'))).toEqual(['move in-2 in-2@pbx.0', 'move in-1 in-1@pbx.1'])
    expect(asked().at(-1)).toBe('hold in-1')
    expect(line('in-1')?.phase).toBe('held')
  })

  it('asks for the hold of a held one until it is granted', async () => {
    link.onHold = () => (asked().length < 6 ? 'refused' : 'ok')
    newPhone({ calls: [savedCall({ held: true })], consultation: null })
    phone.start()
    await clock.advance(30_000)
    expect(asked().slice(2)).toEqual(['move in-1 saved', 'hold in-1', 'hold in-1', 'hold in-1'])
  })

  it('asks no more for a hold that a person has ended', async () => {
    link.onHold = () => 'refused'
    newPhone({ calls: [savedCall({ held: true })], consultation: null })
    phone.start()
    await settle()
    await phone.resume('in-1')
    await clock.advance(30_000)
    expect(asked().slice(2)).toEqual(['move in-1 saved', 'hold in-1', 'unhold in-1'])
  })

  it('is noticed sooner after the network has changed, and the socket is asked at once', async () => {
    await talking()
    flows = false
    changeNetwork()
    expect(link.asked).toEqual(['probe'])
    await clock.advance(500)
    expect(asked()).toContain('move in-1 in-1@pbx.0')
  })

  it('is left alone by a change of the network that it survives', async () => {
    await talking()
    changeNetwork()
    goOnline(true)
    await clock.advance(5_000)
    expect(asked()).toEqual(['connect', 'refresh in-1', 'register'])
  })
})

describe('waking', () => {
  it('is told twice and acted on once', async () => {
    await talking()
    resume()
    phone.wake()
    await settle()
    expect(asked()).toEqual(['connect', 'refresh in-1', 'register'])
  })

  it('moves a call whose connection died in its sleep at once', async () => {
    await talking()
    link.onHealth = () => ({ packetsReceived: 7, connection: 'failed' })
    resume()
    await clock.advance(100)
    expect(asked()).toContain('move in-1 in-1@pbx.0')
  })
})

describe('a page that was loaded anew in a call', () => {
  it('shows the call at once and takes it over', async () => {
    newPhone({ calls: [savedCall({ muted: true })], consultation: null })
    phone.start()
    const shown = { phase: 'active', number: '+79161234567', name: 'Ivan', muted: true, answeredAtMs: 2_000, callId: '10.1' }
    expect(line('in-1')).toMatchObject(shown)
    await settle()
    expect(asked()).toEqual(['connect', 'register', 'move in-1 saved'])
    expect(link.live.get('in-1')).toBe(false)
    expect(memory?.calls).toMatchObject([{ lineId: 'in-1', dialog: { callId: 'in-1@pbx.1' }, muted: true }])
  })

  it('keeps both lines and the question to a colleague', async () => {
    const calls = [savedCall({ held: true }), savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })]
    newPhone({ calls, consultation: { callerId: 'in-1', targetId: 'out-1' } })
    phone.start()
    await settle()
    expect(asked()).toContain('move in-1 saved')
    expect(asked().filter((what) => what.endsWith('hold in-1'))).toEqual(['hold in-1'])
    expect(asked()).toContain('move out-1 saved')
    expect(phone.store.getState()).toMatchObject({ activeId: 'out-1', consultation: { callerId: 'in-1', step: 'asking' } })
  })

  it('holds a dialled call for a moment once it hears after its move: Asterisk may pass nothing on to the one who was called', async () => {
    link.onUnhold = () => (asked().filter((what) => what === 'unhold out-1').length < 2 ? 'refused' : 'ok')
    newPhone({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
    phone.start()
    await settle()
    expect(asked().slice(2)).toEqual(['move out-1 saved'])
    listen()
    await clock.advance(200)
    expect(asked().slice(3)).toEqual(['hold out-1'])
    await clock.advance(300)
    expect(asked().slice(3)).toEqual(['hold out-1', 'unhold out-1', 'unhold out-1'])
    expect(line('out-1')?.phase).toBe('active')
  })

  describe('in a dialled call whose hold the PBX does not end', () => {
    const dialledAnew = async () => {
      newPhone({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
      phone.start()
      listen()
      await clock.advance(1_500)
    }

    it('says that it is held, and asks again until it is not', async () => {
      link.onUnhold = () => 'refused'
      await dialledAnew()
      expect(line('out-1')).toMatchObject({ phase: 'held', turning: null, trouble: 'ownHold' })
      expect([phone.store.getState().activeId, link.live.get('out-1')]).toEqual([null, false])
      // The next page would ask on.
      expect(memory?.calls[0]?.held).toBe(false)
      link.onUnhold = () => 'ok'
      await clock.advance(5_000)
      expect(line('out-1')).toMatchObject({ phase: 'active', trouble: null })
      expect([phone.store.getState().activeId, link.live.get('out-1')]).toEqual(['out-1', true])
      const asks = asked().length
      await clock.advance(20_000)
      expect(asked()).toHaveLength(asks)
    })

    it('says it while the answer is still out, and lets the person ask for it', async () => {
      let answer: (outcome: 'ok') => void = () => undefined
      link.onUnhold = () => new Promise((resolve) => (answer = resolve))
      await dialledAnew()
      expect(line('out-1')).toMatchObject({ phase: 'held', trouble: 'ownHold' })
      const resumed = phone.resume('out-1')
      answer('ok')
      await resumed
      expect(line('out-1')).toMatchObject({ phase: 'active', turning: null })
    })

    it('leaves the end of a hold to the person who asked for it meanwhile', async () => {
      let grant: () => void = () => undefined
      newPhone({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
      phone.start()
      await settle()
      listen()
      await clock.advance(200)
      expect(asked().at(-1)).toBe('hold out-1')
      link.onHold = () => new Promise((resolve) => (grant = () => resolve('ok')))
      const held = phone.hold('out-1')
      await clock.advance(1_000)
      grant()
      await held
      await clock.advance(10_000)
      expect(line('out-1')?.phase).toBe('held')
      expect(asked()).not.toContain('unhold out-1')
    })

    it('does not ask once more behind a hold that a person asked for while the first answer was out', async () => {
      let refuse: () => void = () => undefined
      let grant: () => void = () => undefined
      link.onUnhold = () => new Promise((resolve) => (refuse = () => resolve('refused')))
      link.onHold = () => 'ok'
      newPhone({ calls: [savedCall({ lineId: 'out-1', direction: 'outbound', callId: null })], consultation: null })
      phone.start()
      await settle()
      listen()
      await clock.advance(450)
      expect(asked().at(-1)).toBe('unhold out-1')
      link.onHold = () => new Promise((resolve) => (grant = () => resolve('ok')))
      const held = phone.hold('out-1')
      refuse()
      await clock.advance(1_000)
      expect(asked().at(-1)).toBe('hold out-1')
      grant()
      await held
      await clock.advance(10_000)
      expect(line('out-1')).toMatchObject({ phase: 'held', turning: null, trouble: null })
      expect(asked().filter((what) => what === 'unhold out-1')).toHaveLength(1)
    })

    it('is held anew, until that is granted, when the answer comes after another talk was given back', async () => {
      let free: () => void = () => undefined
      recent = [{ lineId: 'in-7', callId: '30.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
      link.onUnhold = () => new Promise((resolve) => (free = () => resolve('ok')))
      await dialledAnew()
      link.incoming({ callId: 'in-9', linkedId: '30.1', legId: '30.9', resumes: true })
      await settle()
      expect([line('out-1')?.phase, line('in-7')?.phase]).toEqual(['held', 'active'])
      const before = asked().length
      link.onHold = () => (asked().length < before + 2 ? 'refused' : 'ok')
      free()
      await clock.advance(10_000)
      expect(asked().slice(before)).toEqual(['hold out-1', 'hold out-1'])
      expect(line('out-1')).toMatchObject({ phase: 'held', turning: null })
      expect(line('in-7')?.phase).toBe('active')
    })

    it('is resumed by hand', async () => {
      link.onUnhold = () => 'refused'
      await dialledAnew()
      link.onUnhold = () => 'ok'
      await phone.resume('out-1')
      await clock.advance(2_000)
      expect(line('out-1')).toMatchObject({ phase: 'active', trouble: null })
    })

    it('asks again as soon as there is another socket', async () => {
      link.onUnhold = () => 'refused'
      await dialledAnew()
      link.onUnhold = () => 'ok'
      link.emit({ type: 'socketClosed' })
      await clock.advance(1_000)
      expect(line('out-1')?.phase).toBe('active')
    })

    it('stays on hold while another is talked on', async () => {
      link.onUnhold = () => 'refused'
      await dialledAnew()
      link.onUnhold = () => 'ok'
      link.incoming({ callId: 'in-2', linkedId: '20.1' })
      await phone.answer('in-2')
      await clock.advance(10_000)
      expect([line('out-1')?.phase, line('in-2')?.phase]).toEqual(['held', 'active'])
      expect(line('out-1')?.trouble).toBeNull()
    })
  })

  it('says when the call was over meanwhile, and forgets it', async () => {
    link.onMove = () => 'gone'
    newPhone({ calls: [savedCall()], consultation: null })
    phone.start()
    await settle()
    expect(line('in-1')).toMatchObject({ phase: 'ended', endReason: 'endedWhileAway' })
    expect(memory?.calls).toEqual([])
  })

  it('finds the call where the PBX moved it for a page that did not live to hear of it', async () => {
    link.onMove = () => (link.asked.includes('move in-1 elsewhere') ? 'ok' : 'gone')
    found = [
      { linkedId: '99.1', dialog: dialog('another') },
      { linkedId: '10.1', dialog: dialog('elsewhere') },
    ]
    newPhone({ calls: [savedCall()], consultation: null })
    phone.start()
    await settle()
    expect(asked()).toEqual(['connect', 'register', 'move in-1 saved', 'move in-1 elsewhere'])
    expect(line('in-1')?.phase).toBe('active')
  })

  it('does not take the call of the other line, whose move is under way or not known to the server yet', async () => {
    const out = (change: Partial<SavedCall>) => savedCall({ direction: 'outbound', callId: null, ...change })
    // An own outgoing call has no Linkedid here that could tell whose the found one is.
    for (const [callId, theirs] of [
      [null, 'in-1@pbx.1'],
      ['10.1', 'older'],
    ] as const) {
      const calls = [out({ callId, dialog: dialog('saved-1') }), out({ lineId: 'out-1', dialog: dialog('saved-2') })]
      link = new FakeSipLink()
      let answer = (): void => undefined
      const moved = new Promise<MoveOutcome>((resolve) => {
        answer = () => resolve('ok')
      })
      link.onMove = (callId) => (callId === 'in-1' ? moved : 'gone')
      link.onMovesSettled = () => moved.then(settle)
      found = [{ linkedId: '10.1', dialog: dialog(theirs) }]
      newPhone({ calls, consultation: null })
      phone.start()
      await settle()
      answer()
      await clock.advance(100)
      expect(asked().filter((what) => what.startsWith('move'))).toEqual(['move in-1 saved-1', 'move out-1 saved-2'])
      expect([line('in-1')?.phase, line('out-1')?.phase]).toEqual(['active', 'ended'])
    }
  })

  it('finds the own outgoing call beside one that the server knows where it is, also when both are one conference', async () => {
    link.onMove = (callId) => (callId === 'in-1' || link.asked.includes('move out-1 elsewhere') ? 'ok' : 'gone')
    found = [
      { linkedId: '10.1', dialog: dialog('in-1@pbx.1') },
      { linkedId: '10.1', dialog: dialog('elsewhere') },
    ]
    const outgoing = savedCall({ lineId: 'out-1', direction: 'outbound', callId: null, dialog: dialog('saved-2') })
    newPhone({ calls: [savedCall(), outgoing], consultation: null })
    phone.start()
    await settle()
    expect(asked()).toContain('move out-1 elsewhere')
    expect(line('out-1')?.phase).toBe('active')
  })

  it('does not ask twice for what the server still takes for up', async () => {
    link.onMove = () => 'gone'
    found = [{ linkedId: '10.1', dialog: savedCall().dialog }]
    newPhone({ calls: [savedCall()], consultation: null })
    phone.start()
    await settle()
    expect(line('in-1')?.phase).toBe('ended')
  })

  it('waits a moment for the page before it to let go', async () => {
    lockHeld = false
    newPhone({ calls: [savedCall()], consultation: null })
    phone.start()
    await clock.advance(1_000)
    expect([asked(), memory]).toEqual([[], null])
    tellLock(true)
    await settle()
    expect(line('in-1')?.phase).toBe('active')
  })

  it('leaves the call to a page that lives on: a duplicated tab must not take it', async () => {
    lockHeld = false
    newPhone({ calls: [savedCall()], consultation: null })
    phone.start()
    await clock.advance(3_000)
    expect(memory?.calls).toEqual([])
    tellLock(true)
    await settle()
    expect(asked()).toEqual(['connect', 'register'])
  })
})

describe('a call that the PBX gives back', () => {
  const back = { callId: 'in-9', linkedId: '10.1', legId: '10.9', resumes: true }

  it('is answered by itself and goes on as the same line', async () => {
    await talking()
    link.emit({ type: 'ended', callId: 'in-1', reason: 'endedWhileAway' })
    link.incoming(back)
    await settle()
    expect(asked()).toEqual(['rename in-9 in-1', 'accept in-1'])
    expect(line('in-1')).toMatchObject({ phase: 'active', legId: '10.9', endReason: null })
    expect(phone.store.getState().lines).toHaveLength(1)
    await clock.advance(10_000)
    expect(line('in-1')?.phase).toBe('active')
  })

  it('is known to the page that was opened after the one that was closed', async () => {
    recent = [{ lineId: 'in-7', callId: '10.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    phone.start()
    await settle()
    link.incoming(back)
    await settle()
    expect(line('in-7')).toMatchObject({ phase: 'active', number: '+79161234567', answeredAtMs: 2 })
  })

  it('rings like any other when nobody had it here', async () => {
    phone.start()
    await settle()
    link.incoming(back)
    await settle()
    expect(line('in-9')?.phase).toBe('ringingIn')
  })

  it('rings like any other when the PBX does not say that it gives it back', async () => {
    recent = [{ lineId: 'in-7', callId: '10.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    phone.start()
    await settle()
    link.incoming({ ...back, resumes: false })
    await settle()
    expect(line('in-9')?.phase).toBe('ringingIn')
  })

  it('rings when the microphone was never allowed', async () => {
    media.state = 'unknown'
    recent = [{ lineId: 'in-7', callId: '10.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    phone.start()
    await settle()
    link.incoming(back)
    await settle()
    expect(line('in-9')?.phase).toBe('ringingIn')
  })

  it('rings when another conversation is on', async () => {
    await talking()
    recent = [{ lineId: 'in-7', callId: '30.1', direction: 'inbound', startedAtMs: 1, answeredAtMs: 2 }]
    link.incoming({ ...back, linkedId: '30.1' })
    expect(line('in-9')?.phase).toBe('ringingIn')
  })
})

it('signing out wipes what a next page could take over', async () => {
  await talking()
  expect(memory?.calls).toHaveLength(1)
  await phone.stop()
  expect(memory?.calls).toEqual([])
})

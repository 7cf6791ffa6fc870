import type { Consultation, EndReason, LearntOfCard, Line, PhoneError } from './phone.ts'

/**
 * The lines of one phone. Pure: actions and news of the link come in, commands go out.
 *
 *   incoming ─▶ ringingIn ──answer──▶ connecting ──established──▶ active ⇄ held
 *   dial ─────▶ dialing ──ringing──▶ ringingOut ──established──────┘
 *   any ──hangUp, ended──▶ ended ──expire──▶ (gone)
 *
 * Held for good:
 * - at most one line is heard, and only its microphone is live;
 * - a line that becomes active waits until the one before is held by the PBX (its 200); if that hold fails, nothing changes;
 * - the end of the active line never unholds another one, but in a consultation, where the caller waits to be taken back.
 *
 * Attended transfer, over a caller's line and a target's:
 *
 *   caller ──consult──▶ asking ──complete──▶ completing ──transferDone──▶ (both ended: transferred)
 *                        │  ▲                    │
 *                        │  └───transferFailed───┘
 *                        ├──the target ends (declines, does not answer, hangs up, backToCaller)──▶ (the caller is resumed)
 *                        └──the caller ends──▶ (an ordinary call with the target)
 *
 * While asking, `resume` on the line that is held swaps the two.
 */
export interface LineRecord extends Line {
  /** A re-INVITE is under way; the microphone is already off while `holding`. */
  readonly turning: 'holding' | 'resuming' | null
  /** Transferred to us: the PBX has taken its leg into the other side's call. */
  readonly joined: boolean
  /** Why it will end, when we know better than the BYE that is to come. */
  readonly endsAs: EndReason | null
}

export interface LinesState {
  readonly lines: readonly LineRecord[]
  readonly activeId: string | null
  /** What happens once the active line is held. */
  readonly waiting: { readonly kind: 'answer' | 'resume' | 'dial'; readonly lineId: string } | null
  readonly consultation: Consultation | null
}

export interface NewLine {
  readonly id: string
  readonly number: string
  readonly name: string
  readonly callId: string | null
  readonly legId: string | null
  readonly extension?: string | null
}

export type LineEvent =
  | { readonly type: 'incoming'; readonly line: NewLine; readonly nowMs: number }
  | { readonly type: 'dial'; readonly line: NewLine; readonly nowMs: number }
  /** `line` is the target; the caller's line is held first. */
  | { readonly type: 'consult'; readonly lineId: string; readonly line: NewLine; readonly nowMs: number }
  /** All three about the caller's line. */
  | { readonly type: 'complete' | 'transferDone' | 'transferFailed' | 'backToCaller'; readonly lineId: string }
  | { readonly type: 'answer' | 'endAndAnswer' | 'hangUp' | 'hold' | 'resume'; readonly lineId: string }
  /** The PBX has taken the call over to somebody else. */
  | { readonly type: 'transferred'; readonly lineId: string }
  | { readonly type: 'expectEnd'; readonly lineId: string; readonly reason: EndReason | null }
  /** The tones of the extension were sent, or are not wanted. */
  | { readonly type: 'extensionSent'; readonly lineId: string }
  | { readonly type: 'mute'; readonly lineId: string; readonly muted: boolean }
  | { readonly type: 'ringing'; readonly lineId: string }
  /** A new socket: what rings came by the old one. */
  | { readonly type: 'socketReplaced' }
  | { readonly type: 'established'; readonly lineId: string; readonly nowMs: number }
  | { readonly type: 'holdDone' | 'holdFailed' | 'resumeDone' | 'resumeFailed'; readonly lineId: string }
  | { readonly type: 'trouble'; readonly lineId: string; readonly trouble: LineRecord['trouble'] }
  /** The phone has put the call on hold by itself, for its sake: it is asking for it back, has it back, or was refused. */
  | { readonly type: 'ownHold'; readonly lineId: string; readonly news: 'freeing' | 'freed' | 'held' }
  | { readonly type: 'learnt'; readonly lineId: string; readonly learnt: LearntOfCard }
  /** Another connection carries the call now, and another leg in the PBX. */
  | { readonly type: 'moved'; readonly lineId: string }
  /** The PBX gives a lost call back: its line is as it was, and talks. */
  | { readonly type: 'revived'; readonly line: LineRecord }
  | { readonly type: 'ended'; readonly lineId: string; readonly reason: EndReason }
  | { readonly type: 'expire'; readonly lineId: string }

export type LineCommand =
  | { readonly type: 'invite' | 'accept' | 'hangUp' | 'hold' | 'unhold'; readonly lineId: string }
  | { readonly type: 'reject'; readonly lineId: string; readonly status: 486 | 603 }
  | { readonly type: 'referReplaces'; readonly lineId: string; readonly targetId: string }
  /** What a person asked for has come true, or cannot. */
  | { readonly type: 'settle'; readonly lineId: string; readonly error: PhoneError['code'] | null }
  /** Starts the few seconds an ended line is shown. */
  | { readonly type: 'expireLater'; readonly lineId: string }

export const noLines: LinesState = { lines: [], activeId: null, waiting: null, consultation: null }

/** One to talk on and one to hold: more is not to be handled by a person. */
export const maxLines = 2

type Step = readonly [LinesState, readonly LineCommand[]]

export const findLine = (state: LinesState, lineId: string): LineRecord | undefined =>
  state.lines.find((line) => line.id === lineId)

/** The microphone is heard on this line. */
export const isLive = (state: LinesState, line: LineRecord): boolean =>
  line.id === state.activeId && line.phase === 'active' && line.turning === null && !line.muted

const isUp = (line: LineRecord): boolean => line.phase !== 'ended'
const isGone = (state: LinesState, lineId: string): boolean => (findLine(state, lineId)?.phase ?? 'ended') === 'ended'
/** Lines that a person waits on to become a talk: nothing else may become active meanwhile. */
const isRising = (line: LineRecord): boolean =>
  line.phase === 'dialing' || line.phase === 'ringingOut' || line.phase === 'connecting'

const patch = (state: LinesState, lineId: string, change: Partial<LineRecord>): LinesState => ({
  ...state,
  lines: state.lines.map((line) => (line.id === lineId ? { ...line, ...change } : line)),
})

const refuse = (state: LinesState, lineId: string): Step => [state, [{ type: 'settle', lineId, error: 'wrongPhase' }]]

const newRecord = (line: NewLine, nowMs: number, rest: Pick<LineRecord, 'direction' | 'phase'>): LineRecord => ({
  ...line,
  ...rest,
  extension: line.extension ?? null,
  cardId: null,
  muted: false,
  trouble: null,
  unsure: false,
  startedAtMs: nowMs,
  answeredAtMs: null,
  endReason: null,
  turning: null,
  joined: false,
  endsAs: null,
})

/** The PBX is moving this line's call: nothing else may be done with it meanwhile. */
const isCompleting = ({ consultation }: LinesState, { id }: LineRecord): boolean =>
  consultation?.step === 'completing' && (consultation.callerId === id || consultation.targetId === id)

function reasonOf(state: LinesState, line: LineRecord, reason: EndReason): EndReason {
  if (reason !== 'remoteHungUp') return reason
  return isCompleting(state, line) ? 'transferred' : (line.endsAs ?? reason)
}

/** Does at once what needs a free ear, or holds the active line first. */
function takeEar(state: LinesState, kind: 'answer' | 'resume' | 'dial', lineId: string): Step {
  if (state.waiting !== null) return refuse(state, lineId)
  if (state.lines.some((line) => line.id !== lineId && (isRising(line) || line.turning !== null))) return refuse(state, lineId)
  const active = state.activeId === null ? undefined : findLine(state, state.activeId)
  if (active === undefined) return go(state, kind, lineId)
  const holding = patch(state, active.id, { turning: 'holding' })
  return [{ ...holding, waiting: { kind, lineId } }, [{ type: 'hold', lineId: active.id }]]
}

function go(state: LinesState, kind: 'answer' | 'resume' | 'dial', lineId: string): Step {
  if (kind === 'resume') return [patch(state, lineId, { turning: 'resuming' }), [{ type: 'unhold', lineId }]]
  if (kind === 'dial') return [state, [{ type: 'invite', lineId }]]
  return [patch(state, lineId, { phase: 'connecting' }), [{ type: 'accept', lineId }]]
}

/** The ear is free: the waiting action goes on. */
function goOn(state: LinesState): Step {
  const { waiting } = state
  return waiting === null ? [state, []] : go({ ...state, waiting: null }, waiting.kind, waiting.lineId)
}

function end(state: LinesState, line: LineRecord, reason: EndReason, first: readonly LineCommand[]): Step {
  const freed = state.activeId === line.id
  let next = patch(state, line.id, { phase: 'ended', endReason: reason, turning: null })
  next = { ...next, activeId: freed ? null : state.activeId }
  if (next.waiting?.lineId === line.id) next = { ...next, waiting: null }
  const [settled, more] = leaveConsultation(freed ? goOn(next) : [next, []], line)
  const error = reason === 'transferred' ? null : 'wrongPhase'
  return [settled, [...first, { type: 'settle', lineId: line.id, error }, { type: 'expireLater', lineId: line.id }, ...more]]
}

/** One of its two lines has ended. While the PBX transfers, it ends both: one alone says nothing yet. */
function leaveConsultation([state, commands]: Step, { id }: LineRecord): Step {
  const { consultation } = state
  if (consultation === null || (id !== consultation.callerId && id !== consultation.targetId)) return [state, commands]
  const over = { ...state, consultation: null }
  if (consultation.step === 'completing') {
    const bothGone = [consultation.callerId, consultation.targetId].every((lineId) => isGone(state, lineId))
    return [bothGone ? over : state, commands]
  }
  if (id === consultation.callerId) return [over, commands]
  const [next, more] = takeBack(over, consultation.callerId)
  return [next, [...commands, ...more]]
}

/** The caller waited for the target: now there is nobody else to talk to. */
function takeBack(state: LinesState, callerId: string): Step {
  const caller = findLine(state, callerId)
  if (caller === undefined || state.waiting !== null || state.activeId !== null) {
    const holding = caller?.turning === 'holding' && state.waiting === null
    return holding ? [{ ...state, waiting: { kind: 'resume', lineId: callerId } }, []] : [state, []]
  }
  return caller.phase === 'held' && caller.turning === null ? go(state, 'resume', callerId) : [state, []]
}

function complete(state: LinesState, caller: LineRecord): Step {
  const { consultation } = state
  if (consultation?.callerId !== caller.id || consultation.step !== 'asking' || state.waiting !== null)
    return refuse(state, caller.id)
  const target = findLine(state, consultation.targetId)
  const isReady = (line: LineRecord | undefined) => (line?.phase === 'active' || line?.phase === 'held') && line.turning === null
  if (!isReady(caller) || !isReady(target)) return refuse(state, caller.id)
  const completing = { ...state, consultation: { ...consultation, step: 'completing' as const } }
  return [completing, [{ type: 'referReplaces', lineId: caller.id, targetId: consultation.targetId }]]
}

function transferDone(state: LinesState, consultation: Consultation): Step {
  let next: LinesState = { ...state, consultation: null }
  const commands: LineCommand[] = [{ type: 'settle', lineId: consultation.callerId, error: null }]
  for (const lineId of [consultation.callerId, consultation.targetId]) {
    const line = findLine(next, lineId)
    if (line === undefined || line.phase === 'ended') continue
    const [after, more] = end(next, line, 'transferred', [{ type: 'hangUp', lineId }])
    next = after
    commands.push(...more)
  }
  return [next, commands]
}

function transferFailed(state: LinesState, consultation: Consultation): Step {
  const commands: LineCommand[] = [{ type: 'settle', lineId: consultation.callerId, error: 'refused' }]
  if (isGone(state, consultation.callerId)) return [{ ...state, consultation: null }, commands]
  if (!isGone(state, consultation.targetId)) return [{ ...state, consultation: { ...consultation, step: 'asking' } }, commands]
  const [next, more] = takeBack({ ...state, consultation: null }, consultation.callerId)
  return [next, [...commands, ...more]]
}

function backToCaller(state: LinesState, caller: LineRecord): Step {
  const { consultation } = state
  if (consultation?.callerId !== caller.id || consultation.step !== 'asking') return refuse(state, caller.id)
  const target = findLine(state, consultation.targetId)
  return target === undefined || target.phase === 'ended' ? refuse(state, caller.id) : hangUp(state, target)
}

/** The PBX has the call on hold, though nobody asked for it. */
function ownHold(state: LinesState, line: LineRecord, news: 'freeing' | 'freed' | 'held'): Step {
  if ((line.phase !== 'active' && line.phase !== 'held') || line.turning === 'holding') return [state, []]
  // A person may have asked for it back; what else they wait for on this line goes on.
  const settle = (error: PhoneError['code'] | null): LineCommand[] =>
    line.turning === 'resuming' ? [{ type: 'settle', lineId: line.id, error }] : []
  const isOthers = state.activeId !== null && state.activeId !== line.id
  if (news === 'freed') {
    const isTaken = isOthers || state.waiting !== null || state.lines.some((other) => other.id !== line.id && isRising(other))
    // Two would be heard at once: it stays held, and whoever freed it asks the PBX for the hold.
    if (isTaken) return [patch(state, line.id, { phase: 'held', turning: null }), settle('refused')]
    const active = { ...patch(state, line.id, { phase: 'active', turning: null }), activeId: line.id }
    return [active, settle(null)]
  }
  const activeId = isOthers ? state.activeId : null
  if (news === 'freeing') return [{ ...patch(state, line.id, { phase: 'held', turning: 'resuming' }), activeId }, []]
  const held = { ...patch(state, line.id, { phase: 'held', turning: null }), activeId }
  return [held, settle('refused')]
}

function endAndAnswer(state: LinesState, ringing: LineRecord): Step {
  if (ringing.phase !== 'ringingIn' || state.waiting !== null) return refuse(state, ringing.id)
  const other = state.lines.find((line) => line.id !== ringing.id && isUp(line))
  if (other === undefined) return takeEar(state, 'answer', ringing.id)
  if ((other.phase !== 'active' && other.phase !== 'held') || other.turning !== null) return refuse(state, ringing.id)
  const [next, commands] = end(state, other, 'hungUp', [{ type: 'hangUp', lineId: other.id }])
  const [answered, more] = takeEar(next, 'answer', ringing.id)
  return [answered, [...commands, ...more]]
}

function hangUp(state: LinesState, line: LineRecord): Step {
  if (line.phase === 'ended' || isCompleting(state, line)) return refuse(state, line.id)
  if (line.phase === 'ringingIn') return end(state, line, 'rejected', [{ type: 'reject', lineId: line.id, status: 603 }])
  // The INVITE that waits for a hold was never sent.
  const unsent = state.waiting?.kind === 'dial' && state.waiting.lineId === line.id
  return end(state, line, 'hungUp', unsent ? [] : [{ type: 'hangUp', lineId: line.id }])
}

function dial(state: LinesState, wanted: NewLine, nowMs: number): Step {
  const known = findLine(state, wanted.id) !== undefined
  if (known || state.lines.filter(isUp).length >= maxLines) return refuse(state, wanted.id)
  const line = newRecord(wanted, nowMs, { direction: 'outbound', phase: 'dialing' })
  const [next, commands] = takeEar({ ...state, lines: [...state.lines, line] }, 'dial', line.id)
  return commands.some((command) => command.type === 'settle') ? refuse(state, line.id) : [next, commands]
}

export function stepLines(state: LinesState, event: LineEvent): Step {
  if (event.type === 'incoming') {
    if (findLine(state, event.line.id) !== undefined) return [state, []]
    if (state.lines.filter(isUp).length >= maxLines) return [state, [{ type: 'reject', lineId: event.line.id, status: 486 }]]
    const line = newRecord(event.line, event.nowMs, { direction: 'inbound', phase: 'ringingIn' })
    return [{ ...state, lines: [...state.lines, line] }, []]
  }
  if (event.type === 'dial') return dial(state, event.line, event.nowMs)
  if (event.type === 'consult') {
    const caller = findLine(state, event.lineId)
    const mayAsk = caller !== undefined && (caller.phase === 'active' || caller.phase === 'held') && state.consultation === null
    if (!mayAsk) return refuse(state, event.line.id)
    const [next, commands] = dial(state, event.line, event.nowMs)
    if (next === state) return [state, commands]
    return [{ ...next, consultation: { callerId: caller.id, targetId: event.line.id, step: 'asking' } }, commands]
  }

  if (event.type === 'revived') {
    const others = state.lines.filter((line) => line.id !== event.line.id)
    return [{ ...state, lines: [...others, event.line], activeId: event.line.id }, []]
  }

  if (event.type === 'socketReplaced') {
    const lines = state.lines.map((line) => (line.phase === 'ringingIn' ? { ...line, unsure: true } : line))
    return [{ ...state, lines }, []]
  }

  if (event.type === 'transferDone' || event.type === 'transferFailed') {
    const { consultation } = state
    if (consultation?.callerId !== event.lineId || consultation.step !== 'completing') return [state, []]
    return event.type === 'transferDone' ? transferDone(state, consultation) : transferFailed(state, consultation)
  }

  const line = findLine(state, event.lineId)
  if (line === undefined) return refuse(state, event.lineId)
  switch (event.type) {
    case 'answer':
      return line.phase === 'ringingIn' ? takeEar(state, 'answer', line.id) : refuse(state, line.id)
    case 'endAndAnswer':
      return endAndAnswer(state, line)
    case 'hangUp':
      return hangUp(state, line)
    case 'transferred':
      return line.phase === 'ended' ? [state, []] : end(state, line, 'transferred', [{ type: 'hangUp', lineId: line.id }])
    case 'complete':
      return complete(state, line)
    case 'backToCaller':
      return backToCaller(state, line)
    case 'expectEnd':
      return [patch(state, line.id, { endsAs: event.reason }), []]
    case 'extensionSent':
      return [patch(state, line.id, { extension: null }), []]
    case 'hold':
      if (isCompleting(state, line)) return refuse(state, line.id)
      return line.phase === 'active' && line.turning === null && state.waiting === null
        ? [patch(state, line.id, { turning: 'holding' }), [{ type: 'hold', lineId: line.id }]]
        : refuse(state, line.id)
    case 'resume':
      if (isCompleting(state, line)) return refuse(state, line.id)
      // Under way already: whoever asks waits for the same answer.
      if (line.phase === 'held' && line.turning === 'resuming') return [state, []]
      return line.phase === 'held' && line.turning === null ? takeEar(state, 'resume', line.id) : refuse(state, line.id)
    case 'mute':
      return [patch(state, line.id, { muted: event.muted }), []]
    case 'ringing':
      return [line.phase === 'dialing' ? patch(state, line.id, { phase: 'ringingOut' }) : state, []]
    case 'established': {
      // An INVITE that still waits for the other line's hold cannot have been answered.
      if (!isRising(line) || state.waiting?.lineId === line.id) return [state, []]
      const up = patch(state, line.id, { phase: 'active', answeredAtMs: event.nowMs })
      return [{ ...up, activeId: line.id }, [{ type: 'settle', lineId: line.id, error: null }]]
    }
    case 'holdDone': {
      if (line.turning !== 'holding') return [state, []]
      const held = { ...patch(state, line.id, { phase: 'held', turning: null }), activeId: null }
      const [next, commands] = goOn(held)
      return [next, [{ type: 'settle', lineId: line.id, error: null }, ...commands]]
    }
    case 'holdFailed': {
      if (line.turning !== 'holding') return [state, []]
      const { waiting } = state
      const back = { ...patch(state, line.id, { turning: null }), waiting: null }
      const commands: LineCommand[] = [{ type: 'settle', lineId: line.id, error: 'refused' }]
      if (waiting === null) return [back, commands]
      commands.push({ type: 'settle', lineId: waiting.lineId, error: 'refused' })
      const target = findLine(back, waiting.lineId)
      // A line that was never dialled has nothing to fall back to.
      if (waiting.kind !== 'dial' || target === undefined) return [back, commands]
      const [next, more] = end(back, target, 'failed', [])
      return [next, [...commands, ...more]]
    }
    case 'resumeDone':
      if (line.turning !== 'resuming') return [state, []]
      return [
        { ...patch(state, line.id, { phase: 'active', turning: null }), activeId: line.id },
        [{ type: 'settle', lineId: line.id, error: null }],
      ]
    case 'resumeFailed':
      if (line.turning !== 'resuming') return [state, []]
      return [patch(state, line.id, { turning: null }), [{ type: 'settle', lineId: line.id, error: 'refused' }]]
    case 'trouble':
      return [line.phase === 'ended' ? state : patch(state, line.id, { trouble: event.trouble }), []]
    case 'ownHold':
      return ownHold(state, line, event.news)
    case 'learnt': {
      const { cardId, callId, number, name } = event.learnt
      const isNews = cardId !== line.cardId || callId !== line.callId || number !== line.number || name !== line.name
      const joined = line.joined || line.callId !== callId
      // Told at each change of the lines: what changes none must not be one.
      return [line.phase === 'ended' || !isNews ? state : patch(state, line.id, { ...event.learnt, joined }), []]
    }
    case 'moved':
      return [patch(state, line.id, { legId: null }), []]
    case 'ended':
      return line.phase === 'ended' ? [state, []] : end(state, line, reasonOf(state, line, event.reason), [])
    case 'expire':
      return [line.phase === 'ended' ? { ...state, lines: state.lines.filter((other) => other.id !== line.id) } : state, []]
  }
}

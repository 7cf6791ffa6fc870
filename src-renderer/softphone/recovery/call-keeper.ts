import type { Clock } from '../../platform/clock.ts'
import type { LineEvent, LineRecord, LinesState } from '../lines.ts'
import type { EndReason } from '../phone.ts'
import type { DialogIdentity, IncomingCall, MoveOutcome, RenegotiationOutcome, SipLink } from '../sip/sip-link.ts'
import { BridgeOpener } from './bridge-opener.ts'
import type { CallMemory, SavedCall, SavedCalls } from './call-memory.ts'
import { afterHold, afterMove, doubt, isInDoubt, lookAtMedia, type MediaWatch, newWatch } from './media-watch.ts'
import {
  bootCall,
  goodCall,
  type RecoveryCommand,
  type RecoveryEvent,
  type RecoveryState,
  stepRecovery,
  troubleOf,
} from './recovery-machine.ts'
import { lineOfRecent } from './restored-lines.ts'
import { TroubleSign } from './trouble-sign.ts'

export interface CallKeeperDeps {
  readonly link: SipLink
  readonly clock: Clock
  readonly memory: CallMemory
  readonly openMicrophone: (lineId: string) => Promise<MediaStream>
  /** The socket is not to be trusted any more. */
  readonly reconnect: () => void
  /** What a line has to show. */
  readonly tell: (news: Extract<LineEvent, { type: 'trouble' | 'ownHold' }>) => void
  readonly onEnd: (lineId: string, reason: EndReason) => void
  /** Calls of an earlier page, for `boot`. */
  readonly saved: readonly SavedCall[]
  /** Where the PBX has our calls now, as far as anybody knows; never rejects. */
  readonly findDialogs: () => Promise<readonly FoundDialog[]>
}

/** An own call in the PBX. */
export interface FoundDialog {
  readonly linkedId: string
  readonly dialog: DialogIdentity
}

interface Kept {
  state: RecoveryState
  watch: MediaWatch
  /** null until the link knows it, or the next page was told. */
  dialog: DialogIdentity | null
  line: LineRecord
  /** Its sound stopped: what is on hold has the same broken way. */
  pathLost: boolean
  /** An INVITE got no answer: the PBX may have moved the call all the same. */
  unsure: boolean
  readonly opener: BridgeOpener
  readonly sign: TroubleSign
  stopTimer: () => void
  stopLooking: () => void
}

/** As long as the PBX keeps the other side waiting for a phone that was lost, and some. */
const recentMs = 60_000
const holdAgainMs = 3_000
const saveEveryMs = 10_000
const lookEveryMs = 200
const lookEveryInDoubtMs = 60

/** Brings every established call through the loss of its socket, its network or its page. */
export class CallKeeper {
  readonly #deps: CallKeeperDeps
  readonly #calls = new Map<string, Kept>()
  readonly #recent = new Map<string, { readonly line: LineRecord; readonly atMs: number }>()
  /** Who waits for `restored`. */
  #awaiting: (() => void)[] = []
  #consultation: SavedCalls['consultation'] = null
  #socketOpen = false
  #savedAtMs = 0
  /** Calls that wait for `boot`; until then what they left stays. */
  #toBoot: readonly SavedCall[]

  constructor(deps: CallKeeperDeps) {
    this.#deps = deps
    this.#toBoot = deps.saved
  }

  stop(): void {
    for (const lineId of [...this.#calls.keys()]) this.#drop(lineId)
    this.#recent.clear()
    this.discard()
  }

  /** Another page has the phone, or the person left: nothing is to be taken over any more. */
  discard(): void {
    this.#toBoot = []
    this.#save()
    this.#tellRestored()
  }

  get mayBoot(): boolean {
    return this.#toBoot.length > 0
  }

  /** Resolves when what the earlier page left is fetched back and can be heard, or a first try has failed. */
  restored(): Promise<void> {
    return this.#isRestoring ? new Promise((resolve) => this.#awaiting.push(resolve)) : Promise.resolve()
  }

  /** Moves the calls of the earlier page here. Their lines are shown already. */
  boot(lines: readonly LineRecord[]): void {
    const calls = this.#toBoot
    this.#toBoot = []
    for (const { lineId, dialog } of calls) {
      const line = lines.find(({ id }) => id === lineId)
      if (!line) continue
      const [state, commands] = bootCall
      this.#keep(line, state, dialog)
      for (const command of commands) this.#run(lineId, command)
    }
  }

  /** Follows the lines: keeps those that are up, lets go those that are not. */
  follow({ lines, consultation }: Pick<LinesState, 'lines' | 'consultation'>): void {
    this.#consultation = consultation && { callerId: consultation.callerId, targetId: consultation.targetId }
    for (const line of lines) {
      const isUp = line.phase === 'active' || line.phase === 'held'
      const kept = this.#calls.get(line.id)
      if (!isUp) this.#drop(line.id, line.endReason)
      else if (this.#toBoot.some(({ lineId }) => lineId === line.id)) continue
      else if (kept === undefined) this.#keep(line, goodCall(this.#deps.clock.nowMs()), null)
      else this.#followLine(kept, line, lines)
    }
    for (const lineId of [...this.#calls.keys()]) if (!lines.some(({ id }) => id === lineId)) this.#drop(lineId)
    this.#save()
  }

  /** The line that a call which is given back belongs to; null when it is none of ours. */
  lostLine(call: IncomingCall): LineRecord | null {
    const nowMs = this.#deps.clock.nowMs()
    const up = [...this.#calls.values()]
    const ended = [...this.#recent.values()].filter(({ atMs }) => nowMs - atMs <= recentMs).map(({ line }) => line)
    const elsewhere = this.#deps.memory.recent(nowMs).map((recent) => lineOfRecent(recent, call))
    const known = [...up.map(({ line }) => line), ...ended, ...elsewhere]
    const same = known.find(({ callId }) => callId !== null && callId === call.linkedId)
    if (same) return same
    // An own outgoing call has no Linkedid here.
    const isWell = ({ id }: LineRecord) => this.#calls.get(id)?.state.phase === 'good'
    return known.find((line) => line.callId === null && !isWell(line)) ?? null
  }

  /** The call was given back: what was left of the lost one goes. */
  revive(line: LineRecord): void {
    this.#drop(line.id)
    this.#recent.delete(line.id)
    this.#keep(line, goodCall(this.#deps.clock.nowMs()), null)
  }

  /** The link has another dialog for the call. */
  onMoved(lineId: string): void {
    const kept = this.#calls.get(lineId)
    if (!kept) return
    kept.dialog = this.#deps.link.dialog(lineId)
    kept.watch = afterMove(kept.watch, this.#deps.clock.nowMs())
    this.#save()
  }

  onSocket(open: boolean): void {
    if (!open && !this.#socketOpen) return
    this.#socketOpen = open
    for (const lineId of [...this.#calls.keys()]) this.#on(lineId, { type: open ? 'socketOpen' : 'socketLost' })
  }

  /** The network changed, or the computer woke: the sound is looked at more closely for a while. */
  doubt(): void {
    for (const [lineId, kept] of this.#calls) {
      kept.watch = doubt(kept.watch, this.#deps.clock.nowMs())
      kept.stopLooking()
      this.#lookLater(lineId, kept)
    }
  }

  #keep(line: LineRecord, state: RecoveryState, dialog: DialogIdentity | null): void {
    const { clock, link, tell } = this.#deps
    const kept: Kept = {
      line,
      state,
      pathLost: false,
      // The page before this one may have left an INVITE unanswered.
      unsure: state.phase === 'boot',
      opener: new BridgeOpener({
        clock,
        line: () => kept.line,
        turn: (how) => link[how](line.id),
        tell: (news) => tell({ type: 'ownHold', lineId: line.id, news }),
        holdAgain: () => void this.#holdAgain(line.id, kept),
        onClosed: () => {
          if (kept.watch.armed) kept.watch = afterHold(kept.watch, clock.nowMs())
        },
        onStep: () => {
          this.#showTrouble(kept)
          this.#tellRestored()
        },
      }),
      dialog: dialog ?? link.dialog(line.id),
      // Whoever talked on an earlier page was heard there.
      watch: { ...newWatch(clock.nowMs()), heard: state.phase === 'boot' },
      sign: new TroubleSign({ clock, show: (trouble) => tell({ type: 'trouble', lineId: line.id, trouble }) }),
      stopTimer: () => undefined,
      stopLooking: () => undefined,
    }
    this.#calls.set(line.id, kept)
    kept.sign.set(troubleOf(state))
    this.#lookLater(line.id, kept)
  }

  #followLine(kept: Kept, line: LineRecord, lines: readonly LineRecord[]): void {
    if (kept.line.phase === 'held' && line.phase === 'active') kept.watch = afterHold(kept.watch, this.#deps.clock.nowMs())
    kept.line = line
    kept.dialog ??= this.#deps.link.dialog(line.id)
    const isOn = ({ id, phase }: LineRecord) => id !== line.id && phase !== 'held' && phase !== 'ended' && phase !== 'ringingIn'
    const { opener } = kept
    if (opener.shown ? line.phase === 'active' || lines.some(isOn) : line.phase === 'held') opener.on({ type: 'taken' })
  }

  #drop(lineId: string, reason: EndReason | null = null): void {
    const kept = this.#calls.get(lineId)
    if (!kept) return
    if (reason === 'endedWhileAway' || reason === 'remoteHungUp')
      this.#recent.set(lineId, { line: kept.line, atMs: this.#deps.clock.nowMs() })
    this.#calls.delete(lineId)
    kept.stopTimer()
    kept.stopLooking()
    kept.opener.stop()
    kept.sign.stop()
    this.#tellRestored()
  }

  #save(): void {
    if (this.#toBoot.length > 0) return
    const saved: SavedCall[] = []
    for (const { line, dialog, opener } of this.#calls.values()) {
      if (dialog === null) continue
      const { id: lineId, direction, number, name, callId, legId, cardId, joined, muted, startedAtMs } = line
      const answeredAtMs = line.answeredAtMs ?? startedAtMs
      const held = line.phase === 'held' && !opener.shown
      const parts = { direction, number, name, callId, legId, cardId, joined, held, muted, startedAtMs, answeredAtMs }
      saved.push({ lineId, dialog, ...parts })
    }
    this.#savedAtMs = this.#deps.clock.nowMs()
    this.#deps.memory.save({ calls: saved, consultation: this.#consultation }, this.#savedAtMs)
  }

  get #isRestoring(): boolean {
    const isOnItsWay = ({ state, opener }: Kept) => state.phase === 'boot' || opener.isWaiting || opener.isOpening
    return this.mayBoot || [...this.#calls.values()].some(isOnItsWay)
  }

  #tellRestored(): void {
    // When the step is done: a dialled call that is here begins to open its bridge at its end.
    queueMicrotask(() => {
      if (!this.#isRestoring) for (const tell of this.#awaiting.splice(0)) tell()
    })
  }

  // --- the machine ---

  #on(lineId: string, event: RecoveryEvent): void {
    const kept = this.#calls.get(lineId)
    if (!kept) return
    const [next, commands] = stepRecovery(kept.state, event, this.#deps.clock.nowMs())
    kept.state = next
    if (event.type === 'stalled' || event.type === 'pathFailed') kept.pathLost = true
    for (const command of commands) this.#run(lineId, command)
    this.#showTrouble(kept)
    // Of a move it hears by `moved`: before that there is nothing to hold on the new connection.
    if (kept.state.phase === 'good' && event.type !== 'moved') kept.opener.on({ type: 'reached' })
  }

  #showTrouble({ state, opener, sign }: Kept): void {
    sign.set(troubleOf(state) ?? (opener.shown ? 'ownHold' : null))
  }

  #run(lineId: string, command: RecoveryCommand): void {
    const kept = this.#calls.get(lineId)
    if (!kept) return
    switch (command.type) {
      case 'refresh':
        void this.#refresh(lineId)
        return
      case 'move':
        void this.#move(lineId, kept)
        return
      case 'reconnect':
        this.#deps.reconnect()
        return
      case 'startTimer':
        kept.stopTimer()
        kept.stopTimer = this.#deps.clock.after(command.delayMs, () => this.#on(lineId, { type: 'timer' }))
        return
      case 'cancelTimer':
        kept.stopTimer()
        return
      case 'end':
        this.#deps.onEnd(lineId, 'endedWhileAway')
    }
  }

  async #refresh(lineId: string): Promise<void> {
    const outcome = await this.#deps.link.refresh(lineId).catch((): RenegotiationOutcome => 'refused')
    this.#on(lineId, { type: 'refreshed', outcome })
  }

  async #move(lineId: string, kept: Kept): Promise<void> {
    const { link, openMicrophone } = this.#deps
    const from = link.dialog(lineId) ?? kept.dialog
    const local = from === null ? null : await openMicrophone(lineId).catch(() => null)
    const move = (dialog: DialogIdentity, microphone: MediaStream) =>
      link.move({ callId: lineId, from: dialog, local: microphone }).catch((): MoveOutcome => 'refused')
    const first = from === null || local === null ? 'refused' : await move(from, local)
    if (first === 'noAnswer') kept.unsure = true
    const outcome = first === 'gone' && kept.unsure ? await this.#moveFound(kept, from, move) : first
    this.#on(lineId, { type: 'moved', outcome })
    if (outcome === 'ok') this.#afterMove(lineId, kept)
    this.#tellRestored()
  }

  #afterMove(lineId: string, kept: Kept): void {
    const isHeld = kept.line.phase === 'held' && !kept.opener.shown
    if (isHeld) void this.#holdAgain(lineId, kept)
    else if (kept.line.direction === 'outbound' || kept.line.joined) kept.opener.on({ type: 'moved', heard: kept.watch.heard })
    // What is on hold cannot be missed: it is silent anyway.
    const others = kept.pathLost ? [...this.#calls].filter(([id, { line }]) => id !== lineId && line.phase === 'held') : []
    kept.pathLost = false
    for (const [otherId, other] of others) {
      this.#on(otherId, { type: 'pathFailed' })
      other.pathLost = false
    }
  }

  /** An INVITE that offers a hold plays no music to the other side: only a re-INVITE does. */
  async #holdAgain(lineId: string, kept: Kept): Promise<void> {
    const { dialog } = kept
    const isWanted = () => this.#calls.get(lineId) === kept && kept.dialog === dialog && kept.line.phase === 'held'
    if (!isWanted()) return
    // Not while a person resumes it.
    const mayAsk = kept.line.turning === null
    const outcome = mayAsk ? await this.#deps.link.hold(lineId).catch(() => 'refused') : 'refused'
    // The line says held: it is asked for until that is true.
    if (outcome === 'refused') this.#deps.clock.after(holdAgainMs, () => isWanted() && void this.#holdAgain(lineId, kept))
  }

  /**
   * The PBX knows no such call under this name. It may have moved it for a page that was gone, or had lost its socket,
   * before the answer came: then it is somewhere else, and ours. Unless it is another line's: one on its way now, or one that is
   * told under its old name.
   */
  async #moveFound(
    { line }: Kept,
    tried: DialogIdentity | null,
    move: (dialog: DialogIdentity, microphone: MediaStream) => Promise<MoveOutcome>,
  ): Promise<MoveOutcome> {
    const { link, findDialogs, openMicrophone } = this.#deps
    await link.movesSettled()
    const known = await findDialogs()
    const names = new Set(known.map(({ dialog }) => dialog.callId))
    const others = [...this.#calls.values()].filter((kept) => kept.line.id !== line.id)
    const isOthers = ({ linkedId, dialog: { callId } }: FoundDialog) =>
      others.some(
        ({ line: other, dialog }) =>
          dialog?.callId === callId || (other.callId === linkedId && dialog !== null && !names.has(dialog.callId)),
      )
    const found = known
      .filter(({ linkedId }) => line.callId === null || line.callId === linkedId)
      .find((one) => one.dialog.callId !== tried?.callId && !isOthers(one))
    const local = found === undefined ? null : await openMicrophone(line.id).catch(() => null)
    return found === undefined || local === null ? 'gone' : move(found.dialog, local)
  }

  // --- the sound ---

  #lookLater(lineId: string, kept: Kept): void {
    const { clock } = this.#deps
    const isClose = kept.opener.isWaiting || isInDoubt(kept.watch, clock.nowMs())
    const delayMs = isClose ? lookEveryInDoubtMs : lookEveryMs
    kept.stopLooking = clock.after(delayMs, () => void this.#look(lineId, kept))
  }

  async #look(lineId: string, kept: Kept): Promise<void> {
    const { link, clock } = this.#deps
    const { watch: asked } = kept
    const health = await link.health(lineId).catch(() => null)
    if (this.#calls.get(lineId) !== kept) return
    if (clock.nowMs() - this.#savedAtMs >= saveEveryMs) this.#save()
    // Another watch by now: the call has moved, and this tells of the connection before.
    if (health !== null && kept.watch === asked) {
      const held = kept.line.phase === 'held' || kept.line.turning !== null || kept.opener.isOpening
      const sample = { nowMs: clock.nowMs(), packets: health.packetsReceived, connection: health.connection, held }
      const [watch, news] = lookAtMedia(kept.watch, sample)
      kept.watch = watch
      if (watch.heard && !asked.heard) kept.opener.on({ type: 'heard' })
      if (news !== null) this.#on(lineId, { type: news })
    }
    this.#lookLater(lineId, kept)
  }
}

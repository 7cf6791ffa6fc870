import { useMutation } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Recording, type RecordingChannel, recordingAudioPath } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { usePlatform } from '../app/platform.ts'
import type { Waveform } from './draw-waveform.ts'

export const speeds = [0.75, 1, 1.25, 1.5, 2] as const
export type Speed = (typeof speeds)[number]

/** Whose recording it is: that decides who may hear it. */
export type RecordingOf = { readonly cardId: string } | { readonly callKey: string }

export interface Playback {
  /** `idle` until asked for: opening a call's page is not listening to it, and listening is written down. */
  readonly phase: 'idle' | 'opening' | 'ready' | 'failed' | 'unplayable'
  readonly error: unknown
  readonly waveform: Waveform | null
  readonly playing: boolean
  readonly positionMs: number
  readonly channel: RecordingChannel
  readonly speed: Speed
  toggle(): void
  seek(ms: number): void
  chooseChannel(channel: RecordingChannel): void
  chooseSpeed(speed: Speed): void
}

/** One recording's audio element and its ticket. The channels are equally long files: the place stays when one is changed for another. */
export function usePlayback(of: RecordingOf, recording: Recording): Playback {
  const api = useApi()
  const { serverUrl } = usePlatform()
  const audio = useRef<HTMLAudioElement | null>(null)
  const [playing, setPlaying] = useState(false)
  const [positionMs, setPosition] = useState(0)
  const [channel, setChannel] = useState<RecordingChannel>(recording.channels[0] ?? 'both')
  const [speed, setSpeed] = useState<Speed>(1)
  const [unplayable, setUnplayable] = useState(false)
  const ticket = useMutation({
    mutationFn: () => {
      const { id: recordingId } = recording
      return 'cardId' in of
        ? api.listen({ params: { id: of.cardId, recordingId } })
        : api.listenToCall({ params: { callId: of.callKey, recordingId } })
    },
  })

  useEffect(() => {
    const element = new Audio()
    element.preload = 'auto'
    audio.current = element
    const onState = () => setPlaying(!element.paused && !element.ended)
    const onTime = () => setPosition(element.currentTime * 1_000)
    // A source that is taken away fails too; only one that should play counts.
    const onError = () => setUnplayable(element.getAttribute('src') !== null)
    for (const event of ['play', 'pause', 'ended'] as const) element.addEventListener(event, onState)
    for (const event of ['timeupdate', 'seeked'] as const) element.addEventListener(event, onTime)
    element.addEventListener('error', onError)
    return () => {
      element.pause()
      element.removeAttribute('src')
      element.load()
      audio.current = null
    }
  }, [])

  // timeupdate comes four times a second: too seldom for a moving line.
  useEffect(() => {
    if (!playing) return
    let frame = requestAnimationFrame(function step() {
      if (audio.current) setPosition(audio.current.currentTime * 1_000)
      frame = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(frame)
  }, [playing])

  const load = useCallback(
    (of: string, wanted: RecordingChannel, atMs: number, rate: Speed) => {
      const element = audio.current
      if (!element) return
      element.src = `${serverUrl}${recordingAudioPath}${of}/${wanted}`
      element.currentTime = atMs / 1_000
      element.playbackRate = rate
    },
    [serverUrl],
  )
  const play = () => void audio.current?.play().catch(() => setPlaying(false))

  return {
    phase: unplayable ? 'unplayable' : ticket.isPending ? 'opening' : ticket.isError ? 'failed' : ticket.data ? 'ready' : 'idle',
    error: ticket.error,
    waveform: ticket.data?.peaks ?? null,
    playing,
    positionMs,
    channel,
    speed,
    toggle: () => {
      if (ticket.isPending) return
      // A ticket lasts an hour: where the audio stopped coming, another try begins with a new one.
      if (!ticket.data || unplayable) {
        setUnplayable(false)
        ticket.mutate(undefined, {
          onSuccess: (opened) => {
            load(opened.ticket, channel, positionMs, speed)
            play()
          },
        })
      } else if (playing) audio.current?.pause()
      else play()
    },
    seek: (ms) => {
      const to = Math.max(0, Math.min(recording.durationMs, ms))
      setPosition(to)
      if (audio.current && ticket.data) audio.current.currentTime = to / 1_000
    },
    chooseChannel: (wanted) => {
      setChannel(wanted)
      if (!ticket.data || wanted === channel) return
      load(ticket.data.ticket, wanted, positionMs, speed)
      if (playing) play()
    },
    chooseSpeed: (wanted) => {
      setSpeed(wanted)
      if (audio.current) audio.current.playbackRate = wanted
    },
  }
}

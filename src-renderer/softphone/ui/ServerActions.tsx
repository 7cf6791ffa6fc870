import { useApi } from '../../app/api.ts'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { useLineCall } from '../control/use-call-control.ts'
import { words } from '../control/words.ts'
import type { Line } from '../phone.ts'
import { words as phoneWords } from '../words.ts'
import { AnnouncementMenu } from './AnnouncementMenu.tsx'
import { callKeys } from './call-keys.ts'
import { RecordingAction } from './RecordingAction.tsx'

interface ServerActionsProps {
  talk: Line
  busy: boolean
  run: (task: () => Promise<void>) => void
}

/** What only the server can do with the call; absent while it does not know it. */
export function ServerActions({ talk, busy, run }: ServerActionsProps) {
  const t = useWords(words)
  const { phone } = useWords(phoneWords)
  const api = useApi()
  const { legId, call } = useLineCall(talk)
  const toggleRecording = () => {
    if (legId === null || call === null || call.recording === 'none' || call.recordingForced) return
    const paused = call.recording === 'on'
    run(async () => {
      await api.setRecording({ body: { legId, paused } })
    })
  }
  useKeys('softphone-recording', phone, [
    { keys: callKeys.recording, title: `${t.pauseRecording} / ${t.resumeRecording}`, run: toggleRecording, over: true },
  ])
  if (legId === null || call === null) return null
  return (
    <>
      <RecordingAction call={call} busy={busy} onToggle={toggleRecording} />
      <AnnouncementMenu line={talk} legId={legId} run={run} />
    </>
  )
}

import { useApi } from '../../app/api.ts'
import { useLive } from '../../app/live/live.ts'
import { usePhone, usePhoneActions } from '../ui/provider.tsx'
import { legOfLine } from './call-of-line.ts'
import { mergeStep } from './merge-step.ts'
import type { OwnConference } from './use-call-control.ts'

/** Makes the two answered calls one; null while there are not two. */
export function useMerge({ conferenceId, lineId: conferenceLineId }: OwnConference): (() => Promise<void>) | null {
  const api = useApi()
  const phone = usePhoneActions()
  const lines = usePhone((state) => state.lines)
  const consultation = usePhone((state) => state.consultation)
  const cards = useLive((state) => state.view?.cards)
  const legOf: Parameters<typeof mergeStep>[0]['legOf'] = (line) => legOfLine(line, cards ?? [])
  const step = mergeStep({ lines, consultation, conferenceId, conferenceLineId, legOf })
  if (step === null) return null
  return async () => {
    // Said before: the PBX ends the line sooner than the server answers.
    phone.expectEnd(step.movedLineId, 'movedToConference')
    try {
      if (step.kind === 'start') await api.startConference({ body: { legIds: [step.keptLegId, step.movedLegId] } })
      else await api.addToConference({ params: { id: step.conferenceId }, body: { legId: step.movedLegId } })
    } catch (error) {
      phone.expectEnd(step.movedLineId, null)
      throw error
    }
  }
}

import type { LiveCall } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLive } from '../../app/live/live.ts'
import { usePhone, usePhoneActions } from '../ui/provider.tsx'
import { legOfLine } from './call-of-line.ts'
import { mergeStep } from './merge-step.ts'

/** Makes the two answered calls one; null while there are not two. */
export function useMerge(conference: LiveCall | null): (() => Promise<void>) | null {
  const api = useApi()
  const phone = usePhoneActions()
  const lines = usePhone((state) => state.lines)
  const consultation = usePhone((state) => state.consultation)
  const cards = useLive((state) => state.view?.cards)
  const step = mergeStep({ lines, consultation, conference, legOf: (line) => legOfLine(line, cards ?? []) })
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

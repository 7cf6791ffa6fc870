import { Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { User } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useTellError } from '../workplace/actions.ts'
import { words } from './words.ts'

/** The right to listen without the operator being told; of supervisors and administrators only. */
export function PrivateListening({ user }: { user: User }) {
  const t = useWords(words).people
  const api = useApi()
  const tell = useTellError()
  const queries = useQueryClient()
  const { data } = useQuery({ queryKey: ['privateListeners'], queryFn: () => api.privateListeners() })
  const set = useMutation({
    mutationFn: (allowed: boolean) => api.setPrivateListener({ params: { id: user.id }, body: { allowed } }),
    onError: (error) => tell(t.privateListeningFailed, error),
    onSettled: () => queries.invalidateQueries({ queryKey: ['privateListeners'] }),
  })
  return (
    <Switch
      label={t.privateListening}
      description={t.privateListeningHint}
      disabled={data === undefined}
      checked={set.isPending ? set.variables : (data?.userIds.includes(user.id) ?? false)}
      onChange={(event) => set.mutate(event.currentTarget.checked)}
      data-testid="private-listening"
    />
  )
}

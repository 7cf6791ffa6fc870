import { Button, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCertificate, IconCheck, IconPlugConnectedX } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { ServerCheck } from '../../src-preload/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import classes from './desktop.module.css'
import { words } from './words.ts'

type Step =
  | { readonly step: 'typing' | 'checking' | 'opening' | 'broken' }
  | { readonly step: 'checked'; readonly found: ServerCheck }

interface ServerFormProps {
  readonly address?: string
  /** Said before connecting. */
  readonly warning?: React.ReactNode
  readonly onCancel?: () => void
}

/** Asks for the server's address, tries it, says in words what came of it; only a good one can be used. */
export function ServerForm({ address: initial = '', warning, onCancel }: ServerFormProps) {
  const t = useWords(words)
  const platform = usePlatform()
  const [address, setAddress] = useState(initial)
  const [state, setState] = useState<Step>({ step: 'typing' })
  const good = state.step === 'checked' && state.found.result === 'ok' ? state.found : null
  const busy = state.step === 'checking' || state.step === 'opening'

  const check = async () => {
    setState({ step: 'checking' })
    try {
      setState({ step: 'checked', found: await platform.server.check(address.trim()) })
    } catch {
      setState({ step: 'broken' })
    }
  }
  const use = async (checked: string) => {
    setState({ step: 'opening' })
    try {
      const found = await platform.server.use(checked)
      // When it is good the app opens the workplace in place of this page.
      if (found.result !== 'ok') setState({ step: 'checked', found })
    } catch {
      setState({ step: 'broken' })
    }
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) void (good ? use(good.address) : check())
  }
  return (
    <form onSubmit={onSubmit} style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
      <TextInput
        label={t.server.address}
        placeholder={t.server.addressHint}
        value={address}
        onChange={(event) => {
          setAddress(event.currentTarget.value)
          setState({ step: 'typing' })
        }}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        maxLength={300}
        disabled={busy}
        data-testid="server-address"
      />
      {state.step === 'checked' && <CheckResult found={state.found} />}
      {state.step === 'broken' && <Said tone="alarm" said={t.server.failed} />}
      {good && warning}
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="submit" loading={busy} disabled={address.trim() === ''} fullWidth={!onCancel} data-testid="server-submit">
          {good ? t.server.connect : t.server.check}
        </Button>
        {onCancel && (
          <Button variant="default" onClick={onCancel} disabled={busy}>
            {t.settings.cancel}
          </Button>
        )}
      </div>
      <div className={classes.note} role="status">
        {state.step === 'checking' && t.server.checking}
        {state.step === 'opening' && t.server.opening}
      </div>
    </form>
  )
}

function CheckResult({ found }: { found: ServerCheck }) {
  const t = useWords(words).server
  switch (found.result) {
    case 'ok':
      return <Said tone="ok" said={t.ok(found.serverVersion)} />
    case 'invalid':
      return <Said tone="wait" said={t.invalid} />
    case 'unreachable':
      return <Said tone="wait" said={t.unreachable(found)} />
    case 'notCallSync':
      return <Said tone="wait" said={t.notCallSync} />
    case 'otherVersion':
      return <Said tone="alarm" said={t.otherVersion(found)} />
    case 'busy':
      return <Said tone="wait" said={t.busy} />
    case 'managed':
      return <Said tone="wait" said={t.managed(found)} />
    case 'certificate':
      return (
        <Said tone="alarm" said={t.certificate(found)}>
          {found.fingerprint !== null && (
            <div className={classes.fingerprint}>
              {t.fingerprint}: {found.fingerprint}
            </div>
          )}
        </Said>
      )
  }
}

interface SaidProps {
  readonly tone: 'ok' | 'wait' | 'alarm'
  readonly said: { readonly title: string; readonly hint: string }
  readonly children?: React.ReactNode
}

export function Said({ tone, said, children }: SaidProps) {
  const Sign = tone === 'ok' ? IconCheck : tone === 'wait' ? IconPlugConnectedX : children ? IconCertificate : IconAlertTriangle
  return (
    <div className={classes.result} data-tone={tone} data-testid="said" role={tone === 'ok' ? 'status' : 'alert'}>
      <Sign size={18} stroke={1.5} aria-hidden />
      <span className={classes.resultTitle}>{said.title}</span>
      <span className={classes.resultHint}>{said.hint}</span>
      {children}
    </div>
  )
}

import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Component, type ErrorInfo } from 'react'
import { EmptyState } from '../ui/index.ts'
import { useWords } from './i18n.ts'
import { words } from './words.ts'

interface Props {
  readonly children: React.ReactNode
  /** Another value (another screen) tries anew. */
  readonly resetKey?: string
}

interface State {
  readonly failed: boolean
  readonly resetKey: string | undefined
}

/**
 * A screen that breaks takes nothing with it: the call bar and the phone stand outside, what was typed lies on this computer.
 */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { failed: false, resetKey: this.props.resetKey }

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true }
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { failed: false, resetKey: props.resetKey }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('a screen broke', error, info.componentStack)
  }

  override render(): React.ReactNode {
    return this.state.failed ? <BrokenScreen onRetry={() => this.setState({ failed: false })} /> : this.props.children
  }
}

function BrokenScreen({ onRetry }: { onRetry: () => void }) {
  const t = useWords(words)
  return (
    <div role="alert" style={{ margin: 'auto' }}>
      <EmptyState
        icon={IconAlertTriangle}
        title={t.broken.title}
        hint={t.broken.hint}
        action={
          <Button.Group>
            <Button variant="default" size="xs" onClick={onRetry}>
              {t.broken.again}
            </Button>
            <Button variant="default" size="xs" onClick={() => location.reload()}>
              {t.broken.reload}
            </Button>
          </Button.Group>
        }
      />
    </div>
  )
}

import { Component, type ReactNode } from 'react'
import { loadAgain } from './load-again.ts'
import { lastLook, textsOf } from './screen.ts'
import classes from './Wallboard.module.css'

/** Nobody stands at the screen to reload it: what broke off begins anew. */
export class Restart extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }

  override componentDidCatch(error: unknown): void {
    console.error('the wallboard broke off', error)
    void loadAgain()
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    const { t } = textsOf(lastLook().language)
    return (
      <main className={classes.message} role="alert">
        <h1>{t.broken}</h1>
      </main>
    )
  }
}

import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { openConnection } from './app/connection.ts'
import { readWindowName } from './desktop/window-name.ts'
import { openPlatform } from './platform/index.ts'
import type { Platform } from './platform/platform.ts'

/** The small windows and the first start load nothing of the workplace's. */
async function pageOf(platform: Platform): Promise<React.ReactNode> {
  if (platform.capabilities.serverChoice && platform.serverUrl === '') {
    const { FirstStartPage } = await import('./desktop/FirstStartPage.tsx')
    return <FirstStartPage platform={platform} />
  }
  if (platform.capabilities.desk && readWindowName(platform.host) === 'island') {
    const { IslandPage } = await import('./island/IslandPage.tsx')
    return <IslandPage platform={platform} />
  }
  return <App platform={platform} connection={await openConnection(platform)} />
}

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

const platform = await openPlatform()
createRoot(root).render(await pageOf(platform))

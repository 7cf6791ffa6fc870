import '@mantine/core/styles.css'
import '@mantine/dates/styles.css'
import '@mantine/notifications/styles.css'
import '@fontsource-variable/inter/wght.css'
import './ui/global.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { openConnection } from './app/connection.ts'
import { openPlatform } from './platform/index.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

try {
  const platform = await openPlatform()
  const connection = await openConnection(platform)
  createRoot(root).render(<App platform={platform} connection={connection} />)
} catch (error) {
  console.error('the page could not start', error)
  // Nothing is there yet to show it better, nor to know the language.
  root.textContent = 'CallSync Central не запустился, перезагрузите страницу. CallSync Central did not start: reload the page.'
}

import '@fontsource-variable/inter/wght.css'
import { createRoot } from 'react-dom/client'
import { Restart } from './Restart.tsx'
import { Wallboard } from './Wallboard.tsx'
import './wallboard.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(
  <Restart>
    <Wallboard />
  </Restart>,
)

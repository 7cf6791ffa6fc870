import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = import.meta.dirname

/** The wallboard, a bundle of its own: small, and for browsers in televisions, which are years behind. */
export default defineConfig({
  root: resolve(root, 'src-renderer/wallboard'),
  base: '/wallboard/',
  plugins: [react()],
  build: {
    // Beside the app's pages, which are built first and empty their folder.
    outDir: resolve(root, 'out/renderer/wallboard'),
    emptyOutDir: true,
    target: ['chrome85', 'firefox78', 'safari14'],
  },
})

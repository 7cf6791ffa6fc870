import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin, UserConfig } from 'vite'

const root = import.meta.dirname

/** Where `npm run dev` sends what the page asks of the server. */
const devServer = process.env['CALLSYNC_SERVER_URL'] ?? `http://127.0.0.1:${process.env['CALLSYNC_PORT'] ?? 7420}`

/** Its address, known before to the server, which has to let the desktop's pages in. */
const devAddress = process.env['CALLSYNC_DEV_PORT']
  ? { host: '127.0.0.1', port: Number(process.env['CALLSYNC_DEV_PORT']), strictPort: true }
  : {}

/** Screens have addresses of several parts, so files are asked for from the root; electron-vite alone would ask beside the page. */
const fromRoot: Plugin = { name: 'from-root', enforce: 'post', apply: 'build', config: () => ({ base: '/' }) }

/** Both hosts load the same page, so its policy stands in the page. Not in development: hot reload needs an inline script. */
const contentSecurity: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: [
          "default-src 'self'",
          "script-src 'self'",
          // Mantine writes its variables into style elements.
          "style-src 'self' 'unsafe-inline'",
          "img-src 'self' data: blob:",
          "font-src 'self' data:",
          "media-src 'self' blob: data:",
          // The desktop's page asks a server elsewhere; the softphone speaks to the PBX of the settings.
          "connect-src 'self' http: https: ws: wss:",
          "object-src 'none'",
          "base-uri 'none'",
          "form-action 'self'",
        ].join('; '),
      },
    },
  ],
}

/** The pages; `npm run dev` serves them without electron-vite where Electron cannot run. */
export const renderer = {
  root: 'src-renderer',
  plugins: [react(), fromRoot, contentSecurity],
  server: { ...devAddress, proxy: { '/api': { target: devServer, ws: true } } },
  build: {
    outDir: 'out/renderer',
    // The browser gets it over the network.
    minify: true,
    rollupOptions: { input: { index: resolve(root, 'src-renderer/index.html') } },
    // One page, loaded from this computer or the office network: fewer, larger files start faster.
    chunkSizeWarningLimit: 2000,
  },
} satisfies UserConfig

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // Only the database stays outside, for its native file; everything else goes into the one bundle.
      externalizeDeps: { exclude: ['zod', 'electron-updater'] },
      rollupOptions: { input: { main: resolve(root, 'src-main/main.ts') } },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is one CommonJS file with nothing to require but electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve(root, 'src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer,
})

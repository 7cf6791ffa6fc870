import { registerHooks } from 'node:module'

/** Loaded with `node --import` before the app's main bundle: its `electron` is the double. */
const double = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
})

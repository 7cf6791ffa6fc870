/**
 * Who may import whom. One rule a wall of the house; `tests/boundaries.test.ts` shows that each of them holds.
 * A `group` in `from` is reused in `to` as $1.
 */
const domains =
  'accounts|agent|analysis|assistant|audit|calls|demo|floor|integrations|live|mail|providers|reports|settings|store|supervision|telephony|wallboard'
/** Files of a domain that every other part may import besides its index: types and interfaces only. */
const seams = [
  'server/telephony/(telephony|pbx-state|pbx-file)\\.ts$',
  'server/live/live-board\\.ts$',
  'server/accounts/user-directory\\.ts$',
  'server/settings/queue-names\\.ts$',
  'server/store/schema\\.ts$',
]
const notTests = '(\\.test|[/-]fixture)\\.tsx?$|^tests/'

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one; type-only ones are fine',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'renderer-sees-contracts-only',
      comment: 'The same pages run in Electron and in a browser',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: notTests },
      to: { path: '^(server|src-main|src-preload|scripts|tests|bench)/', pathNot: '^(server/contract|src-preload/contract)/' },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'Pages are sandboxed: no Node, no Electron',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: notTests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'main-and-preload-see-contracts-only',
      severity: 'error',
      from: { path: '^src-(main|preload)/', pathNot: notTests },
      to: { path: '^(server|src-renderer|scripts|tests|bench)/', pathNot: '^server/contract/' },
    },
    {
      name: 'preload-does-not-see-main',
      severity: 'error',
      from: { path: '^src-preload/' },
      to: { path: '^src-main/' },
    },
    {
      name: 'main-does-not-run-the-preload',
      severity: 'error',
      from: { path: '^src-main/', pathNot: notTests },
      to: { path: '^src-preload/', pathNot: '^src-preload/contract/' },
    },
    {
      name: 'contract-imports-zod-only',
      severity: 'error',
      from: { path: '^(server|src-preload)/contract/', pathNot: notTests },
      to: { pathNot: '^((server|src-preload)/contract/|node_modules/zod/)' },
    },
    {
      name: 'electron-in-three-places',
      comment: 'Everything else takes the Electron objects it needs as small types, and so runs in plain Node',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/(main\\.ts$|windows/)|^src-preload/index\\.ts$' },
      to: { path: '(^|/)electron(/|$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sip-in-one-folder',
      comment: 'SIP.js stays behind SipLink',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: '^src-renderer/softphone/sip/' },
      to: { path: 'node_modules/sip\\.js/' },
    },
    {
      name: 'domains-do-not-see-http',
      severity: 'error',
      from: { path: `^server/(${domains})/`, pathNot: notTests },
      to: { path: '^server/(http|main\\.ts)' },
    },
    {
      name: 'domains-meet-at-their-index',
      severity: 'error',
      from: { path: `^server/(${domains})/`, pathNot: notTests },
      to: { path: `^server/(${domains})/`, pathNot: ['^server/$1/', `^server/(${domains})/index\\.ts$`, ...seams] },
    },
    {
      name: 'http-meets-domains-at-their-index',
      severity: 'error',
      from: { path: '^server/(http/|[^/]+\\.ts$)', pathNot: notTests },
      to: { path: `^server/(${domains})/`, pathNot: [`^server/(${domains})/index\\.ts$`, ...seams] },
    },
    {
      name: 'telephony-knows-nothing-of-people',
      severity: 'error',
      from: { path: '^server/telephony/', pathNot: notTests },
      to: { path: '^server/(calls|reports|live|accounts|analysis|agent|assistant|settings|demo)/' },
    },
    {
      name: 'product-does-not-see-tests',
      severity: 'error',
      from: { path: '^(server|src-[a-z]+)/', pathNot: notTests },
      to: { path: '^(tests|bench|scripts)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|data|node_modules/\\.cache)' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}

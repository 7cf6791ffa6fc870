export { createHttp } from './create-http.ts'
export { createHandlers } from './handlers/index.ts'
export { listen } from './listen.ts'

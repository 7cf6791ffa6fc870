export { createHttp, type HttpDeps } from './create-http.ts'

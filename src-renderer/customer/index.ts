export { CustomerHead } from './CustomerHead.tsx'

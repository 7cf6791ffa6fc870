import { hash, verify } from '@node-rs/argon2'

/** OWASP's Argon2id parameters: 19 MiB, two passes, one lane; some 25 ms on the thread pool. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (password: string): Promise<string> => hash(password, parameters)

export const passwordMatches = (passwordHash: string, password: string): Promise<boolean> => verify(passwordHash, password)

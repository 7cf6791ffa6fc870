import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { sendError } from './error-reply.ts'

/** What electron-builder makes for an update, one folder deep. */
const updateFile = /^\/[A-Za-z0-9][\w.+-]*\.(yml|blockmap|exe|AppImage|deb|dmg|zip)$/

/**
 * New versions of the desktop app, as the administrator has laid them into the folder, for every app of the company.
 * Without a session: an app that nobody has signed in to is updated too.
 */
export async function serveUpdates(app: FastifyInstance, deps: { updatesDir: string }): Promise<void> {
  const { updatesDir } = deps
  await app.register(
    async (scope) => {
      // In this part of the site a missing file is never a page.
      scope.setNotFoundHandler(async (_, reply) => sendError(reply, new AppError('notFound', 'no such update file')))
      await scope.register(fastifyStatic, {
        root: updatesDir,
        suppressWarning: true,
        decorateReply: false,
        index: false,
        dotfiles: 'deny',
        // The description of the newest version changes under its name.
        cacheControl: false,
        setHeaders: (reply) => reply.header('cache-control', 'no-cache'),
        allowedPath: (path) => updateFile.test(path) && isPlainFile(join(updatesDir, path)),
      })
    },
    { prefix: '/updates' },
  )
}

/** A link could lead out of the folder. */
const isPlainFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true

import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { addressSchema } from './address.ts'
import { MAIL_STATES } from './mail.ts'
import { SWITCHABLE_TOPICS, TOPICS } from './topics.ts'

const mailId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the id of a mail')
  .meta({ description: 'Of its Message-ID' })

export const mailQuery = pageQuery(mailId).extend({ state: z.enum(MAIL_STATES).optional() })
export const testMailSchema = z.strictObject({ to: addressSchema }).meta({ id: 'MailTest' })
export const topicsOffSchema = z
  .strictObject({
    off: z
      .array(z.enum(SWITCHABLE_TOPICS))
      .max(SWITCHABLE_TOPICS.length)
      .refine((all) => new Set(all).size === all.length, 'each topic stands once'),
  })
  .meta({ id: 'MailTopicsOff' })

const mail = z
  .object({
    ...{ id: mailId, about: z.string(), to: z.string(), subject: z.string() },
    ...{ state: z.enum(MAIL_STATES), isUrgent: z.boolean(), addedAt: seconds },
    ...{ attempts: z.int(), nextAt: seconds.optional(), endedAt: seconds.optional() },
    error: z.string().optional().meta({ description: 'What the mail server said last' }),
  })
  .meta({ id: 'Mail', description: 'Without its text' })

const status = z
  .object({
    isSetUp: z.boolean().meta({ description: 'Without it no mails are made of events' }),
    from: z.string().optional(),
    ...{ waiting: z.int(), givenUp: z.int(), subscriptions: z.int(), unconfirmed: z.int() },
  })
  .meta({ id: 'MailStatus' })

const topics = z
  .object({
    address: z.string().optional().meta({ description: 'Undefined: the login is no address' }),
    topics: z.array(
      z.object({ topic: z.enum(TOPICS), isOn: z.boolean(), isSwitchable: z.boolean() }),
    ),
  })
  .meta({ id: 'MailTopics' })

export const mailPaths: ZodOpenApiPathsObject = {
  '/mails': {
    get: {
      summary: 'Mails that wait or ended lately, the newest first',
      'x-permission': 'mail.manage',
      requestParams: { query: mailQuery },
      responses: answers({ 200: { description: 'A page', schema: z.array(mail) } }),
    },
  },
  '/mails/status': {
    get: {
      summary: 'Whether mails go out, and how many wait',
      'x-permission': 'mail.manage',
      responses: answers({ 200: { description: 'In numbers', schema: status } }),
    },
  },
  '/mails/test': {
    post: {
      summary: 'Send one now and say what the mail server answered',
      'x-permission': 'mail.manage',
      requestBody: jsonBody(testMailSchema),
      responses: answers({
        200: {
          description: 'Whether it was taken',
          schema: z.object({ isSent: z.boolean(), error: z.string().optional() }),
        },
      }),
    },
  },
  '/me/mail-topics': {
    get: {
      summary: 'What one is told by mail',
      ...{ 'x-permission': 'session.own', 'x-any-product': true },
      responses: answers({ 200: { description: 'Topics', schema: topics } }),
    },
    post: {
      summary: 'Switch topics off, and all others on',
      ...{ 'x-permission': 'session.own', 'x-any-product': true },
      requestBody: jsonBody(topicsOffSchema),
      responses: answers({ 200: { description: 'Topics', schema: topics } }),
    },
  },
}

import type { BotEvent, EventTools, Handlers } from '../src/bot.ts';

// Compiled by `npm run check` and never run: each line below proves that wrong code does not compile.

declare const tools: EventTools;
declare const handlers: Handlers;

// @ts-expect-error While Feishu waits there is nothing slow to call.
tools.openChat('info');

// @ts-expect-error Nor can a message be sent before the 200.
tools.say('link', {});

// @ts-expect-error A kind of event without a handler is a hole in the table.
export const incomplete: Handlers = { events: { message: handlers.events.message }, jobs: handlers.jobs };

// @ts-expect-error Text exists on messages alone.
export const textOf = (event: BotEvent) => event.text;

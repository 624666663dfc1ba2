import type { EventKind } from '../../telemetry/events.ts'

export const azureEvents = {
  ready: { name: 'azure_ready', level: 'info', message: 'Azure takes rows: token, rule, stream and role are right.' },
} as const satisfies Record<string, EventKind>

import type { Words } from '../setting.ts'

/** What the reasons mean for which something is lost or refused. Those that are not here are shown as they are. */
export const reasonWords: Words<Readonly<Record<string, string>>> = {
  en: {
    no_room: 'more waited than may (outbox.limit)',
    too_old: 'waited longer than outbox.keep',
    disk_full: 'the disk of state.path had no room',
    unreadable: 'could not be read back from the disk',
    state_moved_aside: 'were in a state file that was moved aside',
    azure_rows_refused: 'Azure refuses such rows for good',
    azure_too_large: 'a single row larger than Azure takes',
    spans_refused: 'the backend refuses such spans for good',
    spans_rejected: 'the backend kept only a part',
    spans_too_large: 'a single span larger than the backend takes',
    spans_unreadable: 'what waited was no span',
  },
  zh: {
    no_room: '等待的数据量超过上限（outbox.limit）',
    too_old: '等待时间超过 outbox.keep',
    disk_full: 'state.path 所在磁盘空间不足',
    unreadable: '无法从磁盘读回',
    state_moved_aside: '所在的状态文件已被移开',
    azure_rows_refused: 'Azure 永久拒绝此类行数据',
    azure_too_large: '单行超过 Azure 的大小上限',
    spans_refused: '后端永久拒绝此类 span',
    spans_rejected: '后端只保留了一部分',
    spans_too_large: '单个 span 超过后端的大小上限',
    spans_unreadable: '等待的数据不是 span',
  },
}

/** Why spans are not taken from sidecars. */
export const refusalWords: Words<Readonly<Record<string, string>>> = {
  en: {
    not_json: 'no JSON',
    not_object: 'no object',
    no_trace_id: 'no trace ID',
    bad_id: 'an ID that is none',
    bad_member: 'a member that is not as in Zipkin’s API',
    named_twice: 'a member that is there twice',
    too_long: 'too long',
    too_deep: 'nested too deeply',
    too_fast: 'more a second than traces.spansPerSecond',
    no_room: 'more wait for a commit than may',
  },
  zh: {
    not_json: '不是 JSON',
    not_object: '不是对象',
    no_trace_id: '没有追踪 ID',
    bad_id: 'ID 无效',
    bad_member: '有成员不符合 Zipkin 的 API',
    named_twice: '同一成员出现两次',
    too_long: '过长',
    too_deep: '嵌套过深',
    too_fast: '每秒数量超过 traces.spansPerSecond',
    no_room: '等待提交的数据量超过上限',
  },
}

/* The oldest Koa that is supported, under another name. What the tests use of it has the same types. */
declare module 'koa-2' {
  export { default } from 'koa'
}

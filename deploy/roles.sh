#!/bin/sh
# 数据库第一次建立时运行：一个数据库，每个服务一个角色和一个模式，谁也看不到别人的表；账号是大家共用的。
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
     --set=incubator="$DATABASE_INCUBATOR_PASSWORD" --set=notify="$DATABASE_NOTIFY_PASSWORD" \
     --set=talent="$DATABASE_TALENT_PASSWORD" \
     --set=identity="$DATABASE_IDENTITY_PASSWORD" <<'SQL'
revoke all on schema public from public;
create role incubator login password :'incubator';
create schema incubator authorization incubator;
create role talent login password :'talent';
create schema talent authorization talent;
create role notify login password :'notify';
create schema notify authorization notify;
create role identity login password :'identity';
create schema identity authorization identity;
grant identity to incubator, talent, notify;
SQL

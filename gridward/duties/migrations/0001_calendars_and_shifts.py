import django.db.models.deletion
import gridward.gpkg.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_people_bodies_roles'),
        ('districts', '0001_districts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=40)),
                ('name_en', models.CharField(max_length=60)),
                ('weekdays', models.CharField(help_text='seven of 0 and 1, Monday first', max_length=7)),
                ('starts_at', models.TimeField()),
                ('ends_at', models.TimeField()),
                ('follows_calendar', models.BooleanField(default=True, help_text='off on holidays, on at make-up days')),
                ('is_duty_roster', models.BooleanField(default=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='accounts.body')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(fields=['district', 'body', 'valid_from'], name='shift_body')],
            },
        ),
    ]
